"""Places over the API (GET /api/v1/areas/)."""

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from civic.models import Area, Level
from civic.rest import Allowed, FilterSet


class AreaSerializer(serializers.ModelSerializer):
    """A place; its code is its key and its path."""

    short_name = serializers.CharField(read_only=True)

    class Meta:
        model = Area
        fields = [
            "code",
            "name",
            "short_name",
            "level",
            "parent",
            "is_zone",
            "valid_from",
            "valid_to",
            "latitude",
            "longitude",
        ]
        read_only_fields = fields


class AreaFilter(FilterSet):
    parent = filters.CharFilter(field_name="parent_id", max_length=12)
    level = filters.ChoiceFilter(choices=Level.choices)

    class Meta:
        model = Area
        fields = ["parent", "level", "is_zone"]


class AreaViewSet(ReadOnlyModelViewSet):
    """Places in the order of their codes, so that each comes after the one it lies in."""

    serializer_class, permission_classes = AreaSerializer, [Allowed]
    filterset_class = AreaFilter
    lookup_field, lookup_value_regex = "code", "[0-9]{12}"

    def get_queryset(self) -> Any:
        return Area.objects.order_by("code")


ROUTES: tuple = (("areas", AreaViewSet),)
