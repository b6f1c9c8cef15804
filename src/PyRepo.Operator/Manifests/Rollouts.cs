using System.Collections.Immutable;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The rollouts that are limited, at one time, and what they let begin. A namespace takes no more places, and counts
/// for no more failures, than one namespace may: it holds up itself.
/// </summary>
public sealed record Rollouts
{
    const int MaxNames = 3;

    /// <summary>Those that go on, each with a place.</summary>
    public ImmutableArray<Rollout> Rolling { get; private init; } = [];

    /// <summary>Those that did not end in their time.</summary>
    public ImmutableArray<Rollout> Failed { get; private init; } = [];

    /// <summary>
    /// Those of them that stop others. What only raises the memory of a resource, as its users' requests make it, is no
    /// sign of a bad image or setting.
    /// </summary>
    public IEnumerable<Rollout> Stopping => Failed.Where(rollout => !rollout.RaisesMemory);

    /// <summary>How many namespaces have one that stops others.</summary>
    public int FailedNamespaces => Stopping.Select(rollout => rollout.Owner.Namespace).Distinct().Count();

    /// <summary>Whether so many failed that none begins any more in any namespace.</summary>
    public bool IsStopped => FailedNamespaces >= _max;

    int _max;
    int _maxPerNamespace;

    /// <summary>Sorts what is known.</summary>
    /// <param name="known">Each rollout that has not ended.</param>
    /// <param name="settings">How many there may be.</param>
    /// <param name="now">The time.</param>
    public static Rollouts From(IEnumerable<Rollout> known, OperatorSettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var byState = known.ToLookup(rollout => rollout.HasFailed(now));
        return new Rollouts
        {
            Rolling = [.. byState[false]],
            Failed = [.. byState[true].OrderBy(rollout => rollout.Owner.ToString(), StringComparer.Ordinal)],
            _max = settings.MaxRollouts,
            _maxPerNamespace = settings.MaxRolloutsPerNamespace,
        };
    }

    /// <summary>With one more that begins.</summary>
    public Rollouts With(Rollout begun)
    {
        ArgumentNullException.ThrowIfNull(begun);
        return this with
        {
            Rolling = [.. Rolling.Where(rollout => rollout.Owner != begun.Owner), begun],
            Failed = [.. Failed.Where(rollout => rollout.Owner != begun.Owner)],
        };
    }

    /// <summary>Whether a resource has one that has not ended, failed or not.</summary>
    public bool Has(ResourceKey owner) => Find(owner) is not null;

    /// <summary>The one of a resource that has not ended, failed or not; null: there is none.</summary>
    public Rollout? Find(ResourceKey owner) => Rolling.Concat(Failed).FirstOrDefault(r => r.Owner == owner);

    /// <summary>
    /// Why a resource may not roll yet; null: it may. One that rolls already may go on to a newer template, and one
    /// that failed may try another one: it may be the remedy.
    /// </summary>
    public RolloutWait? WhyWait(ResourceKey owner)
    {
        if (IsOf(owner, Rolling))
            return null;
        if (!IsOf(owner, Failed) && WhyStopped(owner) is { } stopped)
            return stopped;
        var inNamespace = Rolling.Count(rollout => rollout.Owner.Namespace == owner.Namespace);
        var places = Rolling.GroupBy(rollout => rollout.Owner.Namespace)
            .Sum(rollouts => int.Min(rollouts.Count(), _maxPerNamespace));
        return inNamespace >= _maxPerNamespace || places >= _max ? RolloutWait.Turn : null;
    }

    RolloutWait? WhyStopped(ResourceKey owner)
    {
        var own = Stopping.Where(rollout => rollout.Owner.Namespace == owner.Namespace).ToArray();
        if (own.Length > 0)
        {
            return new(Reason.RolloutStopped,
                $"In this namespace the new pods of {GetNames(own)} did not become ready in their time. Correct, "
                + "suspend or delete what failed, and this one continues.");
        }
        return IsStopped
            ? new(Reason.RolloutStopped,
                $"In {FailedNamespaces} namespaces new pods did not become ready in their time, so no other resource "
                + "gets them. The administrator finds them in the operator's log and the events RolloutFailed; this "
                + "one continues when one of those namespaces is fixed, or the setting or version is reverted.")
            : null;
    }

    static string GetNames(Rollout[] rollouts)
    {
        var names = string.Join(", ", rollouts.Take(MaxNames).Select(r => $"{r.Owner.Kind} {r.Owner.Name}"));
        return rollouts.Length > MaxNames ? $"{names} and {rollouts.Length - MaxNames} more" : names;
    }

    static bool IsOf(ResourceKey owner, ImmutableArray<Rollout> rollouts) => rollouts.Any(r => r.Owner == owner);
}

/// <summary>Why a resource keeps its pods for now, though a new operator or setting makes others.</summary>
/// <param name="Reason">In one word.</param>
/// <param name="Message">In a sentence, with what to do.</param>
public sealed record RolloutWait(Reason Reason, string Message)
{
    /// <summary>Others go first.</summary>
    public static RolloutWait Turn { get; } =
        new(Reason.AwaitsRollout, "The new pods are being rolled out to other resources first.");
}
