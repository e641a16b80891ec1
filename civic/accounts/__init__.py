"""Signing in (登录): phone and code for residents, phone and password for people in office, through django-allauth.

Start at views/sign_in.py; codes.py makes and checks one-time codes, sms.py is the seam behind which the
message providers stand, adapter.py the one to allauth (where WeChat and a second factor come later).
"""
