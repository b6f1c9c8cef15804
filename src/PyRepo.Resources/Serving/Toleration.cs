using PyRepo.Resources.Fields;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Serving;

/// <summary>A node taint that the pods tolerate
/// (<see href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">taints and
/// tolerations</see>).</summary>
public sealed record Toleration
{
    public static readonly ObjectType<Toleration> Type = new(fields => new(fields))
    {
        Rules = [ServingRules.EqualNeedsKey, ServingRules.NoValueWithExists, ServingRules.SecondsNeedNoExecute],
    };

    /// <summary>Null matches every key.</summary>
    public string? Key { get; init; }

    public TolerationOperator Operator { get; init; } = TolerationOperator.Equal;
    public string? Value { get; init; }

    /// <summary>Null matches every effect.</summary>
    public TaintEffect? Effect { get; init; }

    public long? TolerationSeconds { get; init; }

    public Toleration()
    {
    }

    Toleration(FieldReader fields)
    {
        Key = fields.Optional("key",
            new StringType(LabelRules.MaxKeyLength) { EmptyMeansOmitted = true, Rules = [LabelRules.TaintKey] },
            "The taint's key. If omitted, every key.");
        Operator = fields.Default("operator", new EnumType<TolerationOperator>(), Operator,
            "Equal compares the value, Exists matches any value.");
        Value = fields.Optional("value",
            new StringType(63) { EmptyMeansOmitted = true, Rules = [LabelRules.TaintValue] },
            "The taint's value.");
        Effect = fields.Optional("effect", new EnumType<TaintEffect>(), "The taint's effect. If omitted, every "
        + "effect.");
        TolerationSeconds = fields.Optional("tolerationSeconds", new IntegerType<long>(0, int.MaxValue),
            "How many seconds a pod stays on a node after the taint is added. If omitted, forever.");
    }
}

/// <summary>How a toleration compares the taint's value.</summary>
public enum TolerationOperator
{
    Equal,
    Exists,
}

/// <summary>The effect of a taint.</summary>
public enum TaintEffect
{
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}
