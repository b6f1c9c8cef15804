namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>
/// Removes from a state what no later step can ask for, so that states which differ in nothing else are one.
/// </summary>
/// <param name="validFor">How long a replica relies on its entry.</param>
sealed class ModelReduction(int validFor)
{
    /// <summary>An epoch that is over, but is noted by a write that is on its way.</summary>
    const sbyte Over = 20;

    /// <summary>Reduces the state.</summary>
    public void Apply(ModelState state)
    {
        for (var at = 0; at < state.Replicas.Length; at++)
        {
            ref var me = ref state.Replicas[at];
            ReduceObserved(state, at);
            ReduceVersions(state, ref me);
            ReduceEpochs(ref me);
            ReduceState(ref me);
        }
        state.RecordVersion = 1;
    }

    /// <summary>An entry that has changed since counts as seen for the first time.</summary>
    static void ReduceObserved(ModelState state, int at)
    {
        for (var of = 0; of < state.Replicas.Length; of++)
        {
            ref var observed = ref state.Observed(at, of);
            if (!state.Members[of].IsIn || observed.Stamp != state.Members[of].Stamp || state.Replicas[at].HasLeft)
                observed = default;
        }
    }

    /// <summary>A version that is no longer current never is again.</summary>
    static void ReduceVersions(ModelState state, ref ModelReplica me)
    {
        static sbyte Current(ModelState state, sbyte version) => (sbyte)(version == state.RecordVersion ? 1 : 0);
        (me.MemoryVersion, me.SentVersion, me.LateVersion) = (Current(state, me.MemoryVersion),
            Current(state, me.SentVersion), Current(state, me.LateVersion));
        if (me.SoleEpoch == 0 || (me.Written != state.Version && me.Written != me.ReadVersion))
            me.Written = 0;
        if (me.Seen != state.Version && me.Seen != me.ReadVersion && me.Seen != me.NextVersion)
            me.Seen = 0;
    }

    /// <summary>An epoch that is over does not come back.</summary>
    static void ReduceEpochs(ref ModelReplica me)
    {
        if (me.RecentEpoch != me.QuietEpoch || me.RecentAge >= ModelTimes.Reliance)
            (me.RecentEpoch, me.RecentAge) = (0, 0);
        if (IsOver(me, me.MemoryEpoch))
            me.MemoryEpoch = 0;
        if (IsOver(me, me.WriteEpoch))
            me.WriteEpoch = Over;
        if (me.QuietEpoch == 0)
            (me.Generation, me.Writes) = (0, 0);
    }

    static bool IsOver(in ModelReplica me, sbyte epoch) =>
        epoch != 0 && epoch != me.SoleEpoch && epoch != me.QuietEpoch && epoch != me.NextSole;

    void ReduceState(ref ModelReplica me)
    {
        (me.HasOthers, me.AreOthersQuiet) = (false, false);
        if (me.IsForgotten || me.RenewedAge >= validFor)
            (me.IsKnownToAll, me.RenewedAge) = (false, (sbyte)validFor);
        if (!me.IsAnnounced)
            me.AnnouncedAge = 0;
        if (me.UncertainAge >= ModelTimes.LongestWay)
            me.UncertainAge = -1;
        if (!me.HasLeft)
            return;
        var (version, events, age) = (me.LateVersion, me.LateEvents, me.LateAge);
        me = new() { HasLeft = true, LateVersion = version, LateEvents = events, LateAge = age, UncertainAge = -1 };
    }
}
