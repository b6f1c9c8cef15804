using static PyRepo.Storage.Tests.Buckets.Protocol.ModelTimes;

namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>
/// The steps of a replica on the lease: <c>BucketLease</c>, <c>LeaseState</c> and <c>LeaseDocument</c>.
/// </summary>
/// <param name="fault">The planted fault.</param>
sealed class ModelLease(PlantedFault fault)
{
    public int ValidFor => fault == PlantedFault.ValidityAboveExpiry ? Expiry + 2 : Validity;

    public bool IsValid(in ModelReplica replica) =>
        replica.IsIn && !replica.IsForgotten && replica.RenewedAge < ValidFor;

    public bool IsConfirmed(in ModelReplica replica) => IsValid(replica) && replica.IsKnownToAll;

    public bool IsSole(in ModelReplica replica) => replica.SoleEpoch != 0 && IsValid(replica);

    /// <summary>The epoch of what is read now.</summary>
    public sbyte LastEpoch(in ModelReplica replica) =>
        !IsValid(replica) ? (sbyte)0 : replica.SoleEpoch != 0 ? replica.SoleEpoch : replica.QuietEpoch;

    public static bool IsAnnounced(in ModelReplica replica, bool isValid) =>
        replica.IsAnnounced && replica.IsWritingThere && isValid;

    public static bool MayBeRunning(in ModelReplica replica) => replica.IsRunning || replica.MayArrive;

    public bool BeginRenewal(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Renewal != RenewalPhase.None || me.HasLeft)
            return false;
        me.Dropped = FindSilent(state, at);
        var mine = state.Members[at];
        if (!mine.IsIn && me.IsIn && !me.IsForgotten)
            Forget(ref me, state.Version);
        me.NextGeneration = (sbyte)(state.Generation + (mine.IsIn ? 0 : 1));
        me.NextJoined = mine.IsIn ? mine.Joined : me.NextGeneration;
        if (HasOthers(state, at, me.Dropped) && fault != PlantedFault.SoleEpochKept)
            me.SoleEpoch = 0;
        me.WillWrite = BeginAnnouncement(ref me);
        if (me.WillWrite || me.Generation != me.NextGeneration)
            me.QuietEpoch = 0;
        me.JoinedBefore = me.IsIn ? me.Joined : (sbyte)-1;
        (me.ReadVersion, me.BeganAge, me.IsStateSame, me.IsRenewalClean) = (state.Version, 0, true, true);
        me.HasJoined = !mine.IsIn || me.NextJoined != me.JoinedBefore;
        me.Renewal = RenewalPhase.Read;
        return true;
    }

    /// <summary>The service takes the renewal, which would fail if the lease had changed.</summary>
    public static bool WriteRenewal(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Renewal != RenewalPhase.Read)
            return false;
        var hasEnded = state.Members[at].IsWriting && !me.WillWrite;
        for (var other = 0; other < state.Members.Length; other++)
        {
            if ((me.Dropped >> other & 1) == 0)
                continue;
            hasEnded |= state.Members[other].IsWriting;
            state.Members[other] = default;
        }
        Replace(state, at, hasEnded, mayArrive: me.Dropped != 0);
        state.Generation = me.NextGeneration;
        state.Members[at] = new()
        {
            IsIn = true,
            IsWriting = me.WillWrite,
            Stamp = state.Version,
            Seen = me.NextGeneration,
            Joined = me.NextJoined,
        };
        (me.NextVersion, me.NextWrites, me.NextDepartures) = (state.Version, state.Writes, state.Departures);
        (me.NextHasOthers, me.NextKnownToAll, me.NextQuiet) = Judge(state, at);
        (me.Dropped, me.Renewal) = (0, RenewalPhase.Written);
        return true;
    }

    public bool EndRenewal(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Renewal == RenewalPhase.Written)
        {
            me.NextSole = me.NextHasOthers ? (sbyte)0
                : me.ReadVersion == me.Written && me.SoleEpoch != 0 ? me.SoleEpoch
                : NewEpoch(me);
            if (fault == PlantedFault.SoleEpochKept && me.NextSole == 0)
                me.NextSole = me.SoleEpoch;
            if (me.HasJoined && me.JoinedBefore >= 0)
            {
                (me.Renewal, me.NoticeAge) = (RenewalPhase.Joining, 0);
                return true;
            }
        }
        else if (me.Renewal != RenewalPhase.Joining || (me.NoticeAge < Notice && fault != PlantedFault.NoNotice))
        {
            return false;
        }
        if (me.HasJoined || !me.IsAnnounced)
            me.AnnouncedAge = 0;
        me.IsAnnounced = me.WillWrite;
        Publish(ref me);
        EndRenewal(ref me);
        return true;
    }

    public static bool LoseRenewal(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Renewal != RenewalPhase.Written)
            return false;
        EndRenewal(ref me);
        return true;
    }

    public bool Look(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (!me.IsIn || me.HasLeft)
            return false;
        if (me.Seen != state.Version)
            Read(state, at, ref me);
        (me.RecentEpoch, me.RecentAge) = (me.QuietEpoch, 0);
        return true;
    }

    public static bool Leave(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (!me.IsIn || me.HasLeft || me.Renewal != RenewalPhase.None || me.Write != WritePhase.Idle)
            return false;
        Forget(ref me, state.Version);
        var mayArrive = BeginAnnouncement(ref me);
        if (state.Members[at].IsIn)
        {
            Replace(state, at, hasEnded: state.Members[at].IsWriting, mayArrive);
            state.Members[at] = default;
        }
        (me.IsIn, me.HasLeft) = (false, true);
        return true;
    }

    void Read(ModelState state, int at, ref ModelReplica me)
    {
        var mine = state.Members[at];
        me.IsStateSame = false;
        if (!mine.IsIn || mine.Joined != me.Joined)
        {
            Forget(ref me, state.Version);
            return;
        }
        var (generation, writes) = (me.Generation, me.Writes);
        (me.HasOthers, me.IsKnownToAll, me.AreOthersQuiet) = Judge(state, at);
        (me.IsWritingThere, me.Seen) = (mine.IsWriting, state.Version);
        (me.Generation, me.Writes) = (state.Generation, state.Writes);
        if (me.HasOthers && fault != PlantedFault.SoleEpochKept)
            me.SoleEpoch = 0;
        me.QuietEpoch = Following(ref me, state.Departures, generation, writes);
    }

    void Publish(ref ModelReplica me)
    {
        var isCertain = !me.IsIn || me.IsStateSame || me.Seen == me.NextVersion || me.Seen == me.ReadVersion;
        var (generation, writes) = (me.Generation, me.Writes);
        (me.HasOthers, me.IsKnownToAll, me.AreOthersQuiet) = (me.NextHasOthers, me.NextKnownToAll, me.NextQuiet);
        (me.IsWritingThere, me.Joined, me.RenewedAge) = (me.WillWrite, me.NextJoined, me.BeganAge);
        (me.Generation, me.Writes, me.SoleEpoch) = (me.NextGeneration, me.NextWrites, me.NextSole);
        (me.Seen, me.Written) = (me.NextVersion, me.NextVersion);
        me.IsForgotten = !isCertain && me.IsForgotten;
        me.IsIn = true;
        me.QuietEpoch = isCertain ? Following(ref me, me.NextDepartures, generation, writes) : (sbyte)0;
        me.WasFrozen &= !me.IsRenewalClean;
    }

    /// <summary>The quiet epoch: the one before if nobody joined and no write ended in between.</summary>
    sbyte Following(ref ModelReplica me, sbyte departures, sbyte generation, sbyte writes)
    {
        if (departures != me.Departures)
            (me.Departures, me.DeparturesAge) = (departures, 0);
        if (me.DeparturesAge is >= 0 and < LongestWay)
            return 0;
        if (!me.HasOthers || !me.IsKnownToAll || !me.AreOthersQuiet || me.IsWritingThere)
            return 0;
        if (MayBeRunning(me) && fault != PlantedFault.OwnWriteForgotten)
            return 0;
        var isSame = me.Generation == generation
            && (me.Writes == writes || fault == PlantedFault.EpochKeptAfterWrite);
        return isSame && me.QuietEpoch != 0 ? me.QuietEpoch : NewEpoch(me);
    }

    static byte FindSilent(ModelState state, int at)
    {
        var silent = 0;
        for (var other = 0; other < state.Members.Length; other++)
        {
            ref var observed = ref state.Observed(at, other);
            if (other == at || !state.Members[other].IsIn)
            {
                observed = default;
                continue;
            }
            if (observed.Stamp != state.Members[other].Stamp)
                observed = (state.Members[other].Stamp, 0);
            if (observed.Age > Expiry)
                silent |= 1 << other;
        }
        return (byte)silent;
    }

    static bool BeginAnnouncement(ref ModelReplica me)
    {
        me.MayArrive = me.UncertainAge is >= 0 and < LongestWay;
        var isWriting = me.IsRunning || me.MayArrive;
        me.IsAnnounced &= isWriting;
        return isWriting;
    }

    static void Forget(ref ModelReplica me, sbyte seen)
    {
        (me.IsForgotten, me.SoleEpoch, me.QuietEpoch, me.Seen) = (true, 0, 0, seen);
        me.IsStateSame = false;
    }

    static void EndRenewal(ref ModelReplica me)
    {
        me.Renewal = RenewalPhase.None;
        (me.ReadVersion, me.NextVersion, me.NextJoined, me.NextGeneration, me.NextWrites) = (0, 0, 0, 0, 0);
        (me.NextDepartures, me.NextSole, me.BeganAge, me.NoticeAge, me.JoinedBefore, me.Dropped) = (0, 0, 0, 0, -1, 0);
        (me.WillWrite, me.HasJoined, me.IsStateSame) = (false, false, false);
        (me.NextKnownToAll, me.NextQuiet, me.NextHasOthers, me.IsRenewalClean) = (false, false, false, false);
    }

    /// <summary>Writes the lease: all other renewals that have read it fail.</summary>
    static void Replace(ModelState state, int at, bool hasEnded, bool mayArrive)
    {
        state.Version++;
        state.Writes += (sbyte)(hasEnded ? 1 : 0);
        state.Departures += (sbyte)(mayArrive ? 1 : 0);
        for (var other = 0; other < state.Replicas.Length; other++)
        {
            if (other != at && state.Replicas[other].Renewal == RenewalPhase.Read)
                EndRenewal(ref state.Replicas[other]);
        }
    }

    static bool HasOthers(ModelState state, int at, byte without)
    {
        for (var other = 0; other < state.Members.Length; other++)
        {
            if (other != at && state.Members[other].IsIn && (without >> other & 1) == 0)
                return true;
        }
        return false;
    }

    static (bool HasOthers, bool KnownToAll, bool Quiet) Judge(ModelState state, int at)
    {
        var (hasOthers, known, quiet) = (false, true, true);
        for (var other = 0; other < state.Members.Length; other++)
        {
            if (other == at || !state.Members[other].IsIn)
                continue;
            hasOthers = true;
            known &= state.Members[other].Seen >= state.Members[at].Joined;
            quiet &= !state.Members[other].IsWriting;
        }
        return (hasOthers, known, quiet);
    }

    /// <summary>The least number of an epoch that the replica does not use.</summary>
    static sbyte NewEpoch(in ModelReplica me)
    {
        sbyte next = 1;
        while (next == me.SoleEpoch || next == me.QuietEpoch || next == me.RecentEpoch || next == me.MemoryEpoch
            || next == me.WriteEpoch || next == me.NextSole)
        {
            next++;
        }
        return next;
    }
}
