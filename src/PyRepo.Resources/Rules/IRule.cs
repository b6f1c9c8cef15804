using System.Collections.Immutable;

namespace PyRepo.Resources.Rules;

/// <summary>The fields that a <see cref="Rule{T}"/> reads, regardless of the type of its value.</summary>
public interface IRule
{
    /// <summary>
    /// The path of the field that errors name, relative to the value that has the rule. Empty for the value itself.
    /// </summary>
    string FieldPath { get; }

    /// <summary>
    /// The other fields that the rule reads. The rule is skipped while one of them has a problem.
    /// </summary>
    ImmutableArray<string> DependsOn { get; }

    /// <summary>
    /// Whether the rule is stricter than an earlier version's. A mounted resource that was written before may break it: its
    /// server then reports the value, and acts as if it were as strict as it may mean.
    /// </summary>
    bool IsRatcheted { get; }
}
