"""The sender's own reference is not the hub's to read: an alarm goes by its report's number."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0009_alarms")]
    operations = [migrations.RemoveField("alarm", "reference")]
