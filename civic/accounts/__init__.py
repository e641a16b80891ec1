"""Signing in (登录): phone and code for residents, phone, password and a second factor for people in office.

Start at views/sign_in.py; codes.py makes and checks one-time codes, sms.py is the seam behind which the
message providers stand, adapter.py the one to django-allauth (where WeChat comes later). second_step.py stands between a
right password and the session, for every door; factors.py says what counts as the second factor (登录第二步).
"""
