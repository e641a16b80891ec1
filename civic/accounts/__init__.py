"""Signing in (登录): phone and code for residents, phone and password for people in office, through django-allauth.

The adapter is the seam behind which SMS providers, WeChat and a second factor come later.
"""
