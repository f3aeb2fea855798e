"""GOV.UK form rendering."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """The renderer."""
