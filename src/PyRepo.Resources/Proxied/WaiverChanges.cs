using System.Collections.Immutable;

namespace PyRepo.Resources.Proxied;

/// <summary>The difference between the waivers in force at one look and at the next.</summary>
/// <param name="InForce">The waivers in force now.</param>
/// <param name="Begun">Those of them that are new, or say something else than before.</param>
/// <param name="Ended">The former waivers, each with those of its rules that hold again for its entry.</param>
public sealed record WaiverChanges(
    ImmutableHashSet<WaiverSpec> InForce, ImmutableArray<WaiverSpec> Begun, ImmutableArray<WaiverSpec> Ended)
{
    /// <summary>Compares the waivers that a resource declares with those that were in force before.</summary>
    public static WaiverChanges From(
        IEnumerable<WaiverSpec> declared, ImmutableHashSet<WaiverSpec> before, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        var inForce = declared.Where(waiver => waiver.Until > now).ToImmutableHashSet();
        var still = inForce.SelectMany(waiver => waiver.Rules.Select(rule => (waiver.Match, rule))).ToHashSet();
        return new WaiverChanges(
            inForce, [.. inForce.Except(before)],
            [
                .. before.Except(inForce)
                    .Select(waiver => waiver with
                    {
                        Rules = [.. waiver.Rules.Where(rule => !still.Contains((waiver.Match, rule)))],
                    })
                    .Where(waiver => waiver.Rules.Count > 0),
            ]);
    }
}
