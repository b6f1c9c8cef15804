using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Serving;

/// <summary>A taint of a node that the pods tolerate, as Kubernetes defines it.</summary>
public sealed record Toleration
{
    public static readonly ObjectType<Toleration> Type = new(fields => new(fields))
    {
        Rules = [ServingRules.EqualNeedsKey, ServingRules.NoValueWithExists, ServingRules.SecondsNeedNoExecute],
    };

    /// <summary>Null tolerates every key.</summary>
    public string? Key { get; init; }

    public TolerationOperator Operator { get; init; } = TolerationOperator.Equal;
    public string? Value { get; init; }

    /// <summary>Null tolerates every effect.</summary>
    public TaintEffect? Effect { get; init; }

    public long? TolerationSeconds { get; init; }

    public Toleration()
    {
    }

    Toleration(FieldReader fields)
    {
        Key = fields.Optional("key",
            new StringType(LabelRules.MaxKeyLength) { EmptyMeansOmitted = true, Rules = [LabelRules.TaintKey] },
            "The taint's key; left out, every key.");
        Operator = fields.Default("operator", new EnumType<TolerationOperator>(), Operator,
            "Equal compares the value, Exists takes any.");
        Value = fields.Optional("value", new StringType(63) { EmptyMeansOmitted = true, Rules = [LabelRules.TaintValue] },
            "The taint's value.");
        Effect = fields.Optional("effect", new EnumType<TaintEffect>(), "The taint's effect; left out, every effect.");
        TolerationSeconds = fields.Optional("tolerationSeconds", new IntegerType<long>(0, int.MaxValue),
            "How long a pod stays on a node that got the taint; left out, for ever.");
    }
}
