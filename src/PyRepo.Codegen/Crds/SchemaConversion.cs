using System.Globalization;
using PyRepo.Kubernetes.Objects.Crds;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;

namespace PyRepo.Codegen.Crds;

/// <summary>
/// Converts the schemas of the contract to structural schemas of a
/// <see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/">CRD</see>.
/// </summary>
static class SchemaConversion
{
    /// <summary>The structural schema, with the rules in CEL.</summary>
    public static StructuralSchema Convert(Schema schema) => (schema switch
    {
        ObjectSchema fields => ConvertFields(fields),
        StringSchema text => ConvertText(text),
        IntegerSchema number => new() { Type = "integer", Minimum = number.Minimum, Maximum = number.Maximum },
        BooleanSchema => new() { Type = "boolean" },
        QuantitySchema quantity => new()
        {
            IsIntOrString = true,
            // A quantity that is written as a number is not negative. A pattern with a message checks that itself.
            Minimum = quantity.PatternMessage is null ? 0 : null,
            Pattern = quantity.PatternMessage is null ? Whole(quantity.Pattern) : null,
            MaxLength = quantity.MaxLength,
            Validations = WithMessage(AmountRules.FormCel, quantity.PatternMessage, "string(self)"),
        },
        ListSchema list => ConvertList(list),
        MapSchema map => new()
        {
            Type = "object",
            AdditionalProperties = Convert(map.Values),
            MinProperties = UnlessZero(map.MinEntries),
            MaxProperties = map.MaxEntries,
            Validations = [KeyLength(map.MaxKeyLength)],
        },
        _ => throw new NotSupportedException($"A CRD has no {schema.GetType().Name}."),
    }).WithRules(schema);

    static StructuralSchema ConvertFields(ObjectSchema fields)
    {
        var properties = new OrderedDictionary<string, StructuralSchema>();
        foreach (var field in fields.Fields)
            properties.Add(field.Name, Convert(field.Schema) with { Description = Description(field) });
        string[] required = [.. fields.Fields.Where(field => field.Required).Select(field => field.Name)];
        return new()
        {
            Type = "object",
            Properties = properties.Count > 0 ? properties : null,
            Required = required.Length > 0 ? required : null,
        };
    }

    /// <summary>Defaults are described, not stored: stored ones would stay when a later version changes them.</summary>
    static string Description(FieldSchema field) =>
        field.Default is null ? field.Doc : $"{field.Doc} Default: {field.Default}.";

    static StructuralSchema ConvertText(StringSchema text) => new()
    {
        Type = "string",
        Format = text.Format,
        Pattern = text.Pattern is null || text.PatternMessage is not null ? null : Whole(text.Pattern),
        Enum = text.Enum.Length > 0 ? text.Enum : null,
        MinLength = UnlessZero(text.MinLength),
        MaxLength = text.MaxLength,
        Validations = WithMessage($"self.matches(r'{Whole(text.Pattern ?? "")}')", text.PatternMessage, "self"),
    };

    /// <summary>The form of a value as a rule, which has a message, unlike a pattern.</summary>
    static ValidationRule[]? WithMessage(string cel, string? message, string value) => message is null ? null :
    [
        new()
        {
            Rule = cel,
            Message = message,
            MessageExpression = $"'\"' + {value} + {Quote("\" " + message)}",
        },
    ];

    static StructuralSchema ConvertList(ListSchema list) => new()
    {
        Type = "array",
        Items = Convert(list.Items),
        MinItems = UnlessZero(list.MinItems),
        MaxItems = list.MaxItems,
        ListType = list.Key is null ? "atomic" : "map",
        ListMapKeys = list.Key is null ? null : [list.Key],
    };

    static StructuralSchema WithRules(this StructuralSchema schema, Schema source)
    {
        ValidationRule[] rules =
            [.. schema.Validations ?? [], .. source.Rules.Select(Convert), .. source.Transitions.Select(Convert)];
        return rules.Length == 0 ? schema : schema with { Validations = rules };
    }

    static ValidationRule Convert(RuleSchema rule) => new()
    {
        Rule = rule.Cel,
        Message = rule.CelSubject is null ? rule.Message : $"{rule.CelSubject} {rule.Message}",
        MessageExpression = rule.CelValue is { } value ? $"'\"' + ({value}) + {Quote("\" " + rule.Message)}" : null,
        FieldPath = rule.FieldPath.Length == 0 ? null : "." + rule.FieldPath,
    };

    /// <summary>A structural schema cannot limit keys.</summary>
    static ValidationRule KeyLength(int longest) => new()
    {
        Rule = string.Create(CultureInfo.InvariantCulture, $"self.all(key, key != '' && size(key) <= {longest})"),
        Message = $"has a key that is empty or too long; 1 to {longest} characters are allowed",
    };

    /// <summary>A text in CEL.</summary>
    static string Quote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    static string Whole(string pattern) => $"^(?:{pattern})$";

    static int? UnlessZero(int bound) => bound == 0 ? null : bound;
}
