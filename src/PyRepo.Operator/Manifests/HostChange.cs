namespace PyRepo.Operator.Manifests;

/// <summary>A host changed hands, or is about to.</summary>
/// <param name="Host">The host.</param>
/// <param name="Kind">The kind of change.</param>
/// <param name="Before">Whose it was; null: nobody's.</param>
/// <param name="After">Whose it is; null: nobody's.</param>
public sealed record HostChange(string Host, HostChangeKind Kind, HostRegistration? Before, HostRegistration? After)
{
    /// <summary>Returns the changes between two versions of the registry.</summary>
    /// <param name="before">The earlier one.</param>
    /// <param name="after">The later one.</param>
    /// <param name="hold">How long a host is held that no resource names.</param>
    /// <param name="now">When the later one was made.</param>
    public static IEnumerable<HostChange> Between(
        HostRegistrations before, HostRegistrations after, TimeSpan hold, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return
            from host in before.Hosts.Keys.Union(after.Hosts.Keys)
            let was = before.Hosts.GetValueOrDefault(host)
            let isNow = after.Hosts.GetValueOrDefault(host)
            let kind = GetKind(was, isNow, hold, now)
            where kind is not null
            select new HostChange(host, kind.Value, was, isNow);
    }

    /// <summary>In a sentence.</summary>
    public string Describe(TimeSpan hold) => Kind switch
    {
        HostChangeKind.Registered => $"The host {Host} is registered to the namespace {After!.Namespace}.",
        HostChangeKind.Passed =>
            $"The host {Host} passed from the namespace {Before!.Namespace} to the namespace {After!.Namespace}.",
        HostChangeKind.Unused =>
            $"No resource of the namespace {After!.Namespace} names the host {Host}. It is held for the "
            + $"namespace until {HostRegistration.GetText(After.HeldUntil(hold)!.Value)}.",
        HostChangeKind.Expired =>
            $"The host {Host} is free: since {HostRegistration.GetText(Before!.UnusedSince!.Value)} no resource of the "
            + $"namespace {Before.Namespace} named it.",
        _ => $"The host {Host} is free: it is no longer held for the namespace {Before!.Namespace}, which is gone, "
            + "or somebody removed the line.",
    };

    static HostChangeKind? GetKind(HostRegistration? was, HostRegistration? now, TimeSpan hold, DateTimeOffset at) =>
        (was, now) switch
        {
            (null, null) => null,
            (null, _) => HostChangeKind.Registered,
            (_, null) => was.HeldUntil(hold) <= at ? HostChangeKind.Expired : HostChangeKind.Released,
            _ when was.Namespace != now.Namespace => HostChangeKind.Passed,
            ({ UnusedSince: null }, { UnusedSince: not null }) => HostChangeKind.Unused,
            _ => null,
        };
}

/// <summary>The kind of change to a host.</summary>
public enum HostChangeKind
{
    /// <summary>It was free, and a namespace got it.</summary>
    Registered,

    /// <summary>The last resource that named it went; it is held for its namespace.</summary>
    Unused,

    /// <summary>Its hold ended by time, and it is free.</summary>
    Expired,

    /// <summary>It is free because its namespace is gone, or because somebody removed its line.</summary>
    Released,

    /// <summary>Another namespace has it at once: its hold had ended, or somebody wrote so.</summary>
    Passed,
}
