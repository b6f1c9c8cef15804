using System.Collections.Immutable;

namespace PyRepo.Resources.Rules;

/// <summary>What a <see cref="Rule{T}"/> is about, whatever it is a rule of.</summary>
public interface IRule
{
    /// <summary>
    /// The field to name in the error, relative to the value that carries the rule; empty for that value itself.
    /// </summary>
    string FieldPath { get; }

    /// <summary>
    /// The other fields that the rule looks at: it is not judged while one of them is wrong by itself.
    /// </summary>
    ImmutableArray<string> DependsOn { get; }
}
