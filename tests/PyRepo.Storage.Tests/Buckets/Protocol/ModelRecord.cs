using static PyRepo.Storage.Tests.Buckets.Protocol.ModelTimes;

namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>
/// The steps of a replica on the record: <c>ProjectRecord</c>, <c>RecordMemory</c>, <c>RecordBatch</c> and
/// <c>ConditionalWrite</c>.
/// </summary>
/// <param name="lease">The steps on the lease.</param>
/// <param name="fault">The planted fault.</param>
sealed class ModelRecord(ModelLease lease, PlantedFault fault)
{
    public bool BeginWrite(ModelState state, int at, ModelBounds bounds)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Idle || !me.IsIn || me.HasLeft || state.Begun == bounds.Events)
            return false;
        (me.Event, me.IsRunning) = ((byte)(1 << state.Begun++), true);
        me.Write = lease.IsSole(me) ? WritePhase.Deciding : WritePhase.Begun;
        // Others may have taken this replica for gone, and the announcement with it.
        if (me.Write == WritePhase.Begun && ModelLease.IsAnnounced(me, lease.IsValid(me)))
            lease.Look(state, at);
        return true;
    }

    public bool SeeAnnouncement(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Begun || !ModelLease.IsAnnounced(me, lease.IsValid(me)))
            return false;
        me.Write = WritePhase.Announced;
        return true;
    }

    public bool AwaitNotice(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Announced || (me.AnnouncedAge < Notice && fault != PlantedFault.NoNotice))
            return false;
        me.Write = WritePhase.Deciding;
        return true;
    }

    public bool Load(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Deciding || me.HasMemory || !lease.IsConfirmed(me))
            return false;
        Take(state, ref me, lease.LastEpoch(me));
        return true;
    }

    public bool Confirm(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Deciding || !me.HasMemory || !lease.IsConfirmed(me))
            return false;
        me.Write = WritePhase.Confirmed;
        return true;
    }

    public bool Send(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Confirmed || (!lease.IsValid(me) && fault != PlantedFault.SentWhenInvalid))
            return false;
        (me.SentVersion, me.SentEvents, me.SentAge) = (me.MemoryVersion, (byte)(me.Memory | me.Event), 0);
        (me.WriteEpoch, me.Write) = (lease.LastEpoch(me), WritePhase.Sent);
        return true;
    }

    /// <summary>The write is not sent, because the others may have dropped the replica.</summary>
    public bool Refuse(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Confirmed || lease.IsValid(me))
            return false;
        End(ref me, isCertain: false);
        return true;
    }

    /// <summary>A service that looks first finds that the condition holds, and writes later.</summary>
    public bool Accept(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (fault != PlantedFault.ProbeSkipped || me.Write != WritePhase.Sent || me.IsAccepted
            || me.SentAge >= LongestWay || state.RecordVersion != me.SentVersion)
        {
            return false;
        }
        return me.IsAccepted = true;
    }

    public bool Arrive(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Sent || me.SentAge >= LongestWay)
            return false;
        if (TryReplace(state, me.IsAccepted ? state.RecordVersion : me.SentVersion, me.SentEvents))
        {
            Publish(state, ref me);
            return true;
        }
        (me.HasMemory, me.MemoryEpoch, me.Memory, me.MemoryVersion) = (false, 0, 0, 0);
        EndRequest(ref me, WritePhase.Deciding);
        return true;
    }

    /// <summary>The client gives up. The request may arrive later, or has arrived.</summary>
    public bool LoseAnswer(ModelState state, int at, ModelBounds bounds)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Sent || me.LateAge >= 0 || (me.SentAge < LongestWay && state.Lost == bounds.Lost))
            return false;
        if (me.SentAge < LongestWay)
        {
            state.Lost++;
            (me.LateVersion, me.LateEvents, me.LateAge) = (me.SentVersion, me.SentEvents, me.SentAge);
        }
        if (fault == PlantedFault.LostAnswerSentAgain)
            me.Write = WritePhase.SendingAgain;
        else
            End(ref me, isCertain: fault == PlantedFault.LateWriteForgotten);
        return true;
    }

    public static bool SendAgain(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.SendingAgain)
            return false;
        (state.Events, state.RecordVersion) = (me.SentEvents, (sbyte)(state.RecordVersion + 1));
        Publish(state, ref me);
        return true;
    }

    public bool ArriveLate(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.LateAge < 0)
            return false;
        if (me.LateAge < LongestWay)
            TryReplace(state, me.LateVersion, me.LateEvents);
        (me.LateAge, me.LateVersion, me.LateEvents) = (-1, 0, 0);
        return true;
    }

    public bool LookAfterWrite(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Written)
            return false;
        if (fault != PlantedFault.AcknowledgedBeforeLook)
            lease.Look(state, at);
        me.Write = WritePhase.Looked;
        return true;
    }

    public bool Acknowledge(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Looked
            || (!lease.IsConfirmed(me) && fault != PlantedFault.AcknowledgedBeforeLook))
        {
            return false;
        }
        (state.Acknowledged, state.Shown) =
            ((byte)(state.Acknowledged | me.Event), (byte)(state.Shown | me.Event));
        (me.Write, me.Event, me.IsRunning) = (WritePhase.Idle, 0, false);
        return true;
    }

    /// <summary>The write is given up while its acknowledgement waits for the others.</summary>
    public static bool GiveUp(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.Write != WritePhase.Looked)
            return false;
        End(ref me, isCertain: true);
        return true;
    }

    /// <summary>Whether the replica may answer from memory without asking anybody.</summary>
    public bool MayShowMemory(in ModelReplica me)
    {
        if (!me.HasMemory || me.MemoryEpoch == 0 || me.HasLeft || !lease.IsValid(me) || IsLocked(me))
            return false;
        if (me.SoleEpoch != 0)
            return me.MemoryEpoch == me.SoleEpoch;
        return !ModelLease.MayBeRunning(me) && me.QuietEpoch != 0 && me.MemoryEpoch == me.QuietEpoch
            && me.RecentEpoch == me.QuietEpoch && me.RecentAge < Reliance;
    }

    /// <summary>Whether it may do so in the moment in which it has looked at the lease.</summary>
    public bool MayShowMemoryAfterLook(in ModelReplica me) =>
        me.HasMemory && me.MemoryEpoch != 0 && !me.HasLeft && lease.IsValid(me) && !IsLocked(me)
        && me.QuietEpoch != 0 && me.MemoryEpoch == me.QuietEpoch;

    public bool ShowMemory(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (!MayShowMemory(me) || (me.Memory & ~state.Shown) == 0)
            return false;
        state.Shown |= me.Memory;
        return true;
    }

    public bool ShowRecord(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        var isConfirmed = fault == PlantedFault.ReadBeforeKnown ? lease.IsValid(me) : lease.IsConfirmed(me);
        if (me.HasLeft || !isConfirmed || me.Write > WritePhase.Announced)
            return false;
        Take(state, ref me, lease.LastEpoch(me));
        state.Shown |= me.Memory;
        return true;
    }

    /// <summary>Pages wait while what is in memory has been written, but not acknowledged.</summary>
    static bool IsLocked(in ModelReplica me) =>
        me.Write is WritePhase.SendingAgain or WritePhase.Written or WritePhase.Looked;

    static void Take(ModelState state, ref ModelReplica me, sbyte epoch) =>
        (me.HasMemory, me.Memory, me.MemoryVersion, me.MemoryEpoch) = (true, state.Events, state.RecordVersion, epoch);

    static void Publish(ModelState state, ref ModelReplica me)
    {
        (me.Memory, me.MemoryVersion) = (me.SentEvents, state.RecordVersion);
        if (me.WriteEpoch != 0)
            me.MemoryEpoch = me.WriteEpoch;
        EndRequest(ref me, WritePhase.Written);
    }

    static void End(ref ModelReplica me, bool isCertain)
    {
        EndRequest(ref me, WritePhase.Idle);
        (me.HasMemory, me.MemoryEpoch, me.Memory, me.MemoryVersion) = (false, 0, 0, 0);
        (me.Event, me.IsRunning) = (0, false);
        if (!isCertain)
            (me.UncertainAge, me.MayArrive) = (0, true);
    }

    static void EndRequest(ref ModelReplica me, WritePhase next) =>
        (me.Write, me.SentVersion, me.SentEvents, me.SentAge, me.WriteEpoch, me.IsAccepted) = (next, 0, 0, 0, 0, false);

    bool TryReplace(ModelState state, sbyte version, byte events)
    {
        if (state.RecordVersion == version
            ? fault == PlantedFault.BrokenConditionsSent : fault != PlantedFault.NoCondition)
        {
            return false;
        }
        (state.Events, state.RecordVersion) = (events, (sbyte)(state.RecordVersion + 1));
        return true;
    }
}
