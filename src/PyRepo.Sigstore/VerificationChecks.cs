using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace PyRepo.Sigstore;

/// <summary>Refuses what does not hold. Each check fails for a step of its own.</summary>
/// <param name="skipped">Steps that are not checked: tests show with these that each check is needed.</param>
sealed class VerificationChecks(FrozenSet<VerificationStep> skipped)
{
    /// <summary>Refuses what does not hold.</summary>
    /// <exception cref="VerificationException">It does not hold.</exception>
    public void Require(VerificationStep step, bool holds, string reason)
    {
        if (!holds && !skipped.Contains(step))
            throw new VerificationException(step, reason);
    }

    /// <summary>Refuses what is missing, without which nothing can follow.</summary>
    /// <exception cref="VerificationException">It is missing.</exception>
    public static T Require<T>(VerificationStep step, [NotNull] T? found, string reason) where T : class =>
        found ?? throw new VerificationException(step, reason);
}

/// <summary>A step failed.</summary>
sealed class VerificationException(VerificationStep step, string reason) : Exception(reason)
{
    /// <summary>The step.</summary>
    public VerificationStep Step { get; } = step;
}
