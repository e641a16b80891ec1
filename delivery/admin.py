"""Money and works in the admin site (后台): looked up only; every yuan moves by a service with a page of its own."""

from django.contrib import admin

from civic.admin import ReadOnly
from delivery.models import Acceptance, Approval, Contract, Payment, Pool, Settlement

admin.site.register([Acceptance, Approval, Contract, Payment, Pool, Settlement], ReadOnly)
