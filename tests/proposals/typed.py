"""What people fill in when they propose: complete and plain, so that a test writes only what it turns on."""

from decimal import Decimal

from tests import make

STEP_1 = {"title": "村口路灯不亮", "category": "消除安全隐患", "need": "晚上看不见路，老人摔过两次"}
STEP_2 = {"area": make.VILLAGE, "place_text": "村口榕树下"}
STEP_3 = {"plan": "换成太阳能灯", "estimate_yuan": "60,000", "beneficiaries": "60户", "work_type": "works"}
FOR_RESIDENT = {"who": "resident", "resident_name": "王测试", "how": "present", "note": "上门时本人口述，女儿在场"}


def proposal(**changes):
    """A cleaned proposal for the service, in an open round of the district unless one is given."""
    from proposals.services.proposing import Proposal

    given = {
        "round": changes.pop("round", None) or make.round_(),
        "area": make.area(changes.pop("at", make.VILLAGE)),
        "title": "村口路灯不亮",
        "category": "消除安全隐患",
        "place_text": "村口榕树下",
        "estimate_yuan": Decimal(60000),
    }
    return Proposal(**given | changes)


def resident(**changes):
    from proposals.models import AssistedHow
    from proposals.services.proposing import Resident

    return Resident(**{"name": "王测试", "how": AssistedHow.PRESENT, "note": "上门时本人口述"} | changes)


def draft(person, **changes):
    """A draft with all three steps filled in."""
    from proposals.models import Draft

    return Draft.objects.create(owner=person, data=STEP_1 | STEP_2 | STEP_3 | {"step": "4"} | changes)
