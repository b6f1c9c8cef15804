using static PyRepo.Storage.Tests.Buckets.Protocol.ModelTimes;

namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>
/// The protocol of replicas on a bucket, reduced to one lease, one record, and steps that any replica may make at any
/// time. A replica that makes none for long is one that is stopped, slow or dead.
/// </summary>
/// <param name="bounds">How far it goes.</param>
/// <param name="fault">The planted fault.</param>
sealed class ProtocolModel(ModelBounds bounds, PlantedFault fault)
{
    readonly ModelLease _lease = new(fault);
    readonly ModelReduction _reduction = new(new ModelLease(fault).ValidFor);
    readonly ModelRecord _record = new(new(fault), fault);
    ModelState? _spare;

    /// <summary>Returns the state from which everything starts.</summary>
    public ModelState Start()
    {
        var state = new ModelState(bounds.Replicas) { RecordVersion = 1 };
        if (bounds.AreSettled)
            Settle(state, first: 0);
        if (bounds.HasSilentWriter)
            Silence(state);
        return state;
    }

    /// <summary>Lets replicas join, know each other, and read the record.</summary>
    void Settle(ModelState state, int first)
    {
        for (var round = 0; round < 3; round++)
        {
            for (var at = first; at < bounds.Replicas; at++)
                Renew(state, at);
        }
        for (var at = first; at < bounds.Replicas; at++)
        {
            _lease.Look(state, at);
            if (!_record.ShowRecord(state, at))
                throw new InvalidOperationException("The replicas do not know each other.");
        }
    }

    /// <summary>Stops the first replica in a write, and lets the others drop it.</summary>
    void Silence(ModelState state)
    {
        _record.BeginWrite(state, 0, bounds);
        Renew(state, 0);
        _record.SeeAnnouncement(state, 0);
        for (var ticks = 0; ticks < Notice; ticks++)
            Tick(state);
        if (!_record.AwaitNotice(state, 0) || !_record.Confirm(state, 0))
            throw new InvalidOperationException("The write was not announced.");
        for (var ticks = 0; ticks <= Expiry + LongestWay + 1; ticks++)
        {
            Tick(state);
            Settle(state, first: 1);
            Reduce(state);
        }
    }

    /// <summary>All steps that there are, possible or not.</summary>
    public IEnumerable<ModelStep> Steps()
    {
        for (byte at = 0; at < bounds.Replicas; at++)
        {
            for (var kind = StepKind.BeginRenewal; kind < StepKind.Tick; kind++)
                yield return new(kind, at);
        }
        yield return new(StepKind.Tick, 0);
    }

    /// <summary>Returns the state after a step, or null if it is not possible.</summary>
    public ModelState? Next(ModelState before, ModelStep step)
    {
        var at = (int)step.Replica;
        if (step.Kind != StepKind.Tick && !IsInPhase(before.Replicas[at], step.Kind))
            return null;
        var state = _spare ?? new ModelState(bounds.Replicas);
        state.CopyFrom(before);
        if (!Make(state, at, step.Kind))
        {
            _spare = state;
            return null;
        }
        _spare = null;
        Check(state, step, bounds.Freezes == 0 ? before.Shown : before.Acknowledged);
        return state;
    }

    /// <summary>Reduces a state to what counts, and returns what tells it from others.</summary>
    public UInt128 Reduce(ModelState state)
    {
        _reduction.Apply(state);
        ModelKey.Rank(state);
        return ModelKey.Of(state);
    }

    /// <summary>Gives back a state that is not kept.</summary>
    public void Discard(ModelState state) => _spare = state;

    void Check(ModelState state, ModelStep step, byte shown)
    {
        var at = step.Replica;
        if (step.Kind == StepKind.ShowRecord && (shown & ~state.Events) != 0 && !state.Replicas[at].WasFrozen)
            state.Wrong = $"the record that replica {at} shows is older than what was shown";
        if (step.Kind == StepKind.Look && _record.MayShowMemoryAfterLook(state.Replicas[at]))
            RequireCurrent(state, at);
        for (var each = 0; each < bounds.Replicas; each++)
        {
            if (_record.MayShowMemory(state.Replicas[each]))
                RequireCurrent(state, each);
        }
        RequireOneSole(state);
        if ((state.Acknowledged & ~state.Events) != 0)
            state.Wrong = "an acknowledged event is lost";
    }

    void RequireCurrent(ModelState state, int at)
    {
        var shown = bounds.Freezes == 0 ? state.Shown : state.Acknowledged;
        if ((shown & ~state.Replicas[at].Memory) != 0 && !state.Replicas[at].WasFrozen)
            state.Wrong = $"replica {at} may show what is older than what was shown";
    }

    void RequireOneSole(ModelState state)
    {
        var sole = 0;
        for (var at = 0; at < bounds.Replicas; at++)
            sole += !state.Replicas[at].WasFrozen && _lease.IsSole(state.Replicas[at]) ? 1 : 0;
        if (sole > 1)
            state.Wrong = $"{sole} replicas take themselves for alone";
    }

    /// <summary>Whether a step may be possible. It saves most copies of states.</summary>
    static bool IsInPhase(in ModelReplica me, StepKind kind)
    {
        if (me.IsFrozen
            && kind is not (StepKind.Thaw or StepKind.Accept or StepKind.Arrive or StepKind.ArriveLate
                or StepKind.WriteRenewal))
        {
            return false;
        }
        return kind switch
        {
            StepKind.BeginRenewal => me.Renewal == RenewalPhase.None,
            StepKind.WriteRenewal => me.Renewal == RenewalPhase.Read,
            StepKind.EndRenewal => me.Renewal >= RenewalPhase.Written,
            StepKind.LoseRenewal => me.Renewal == RenewalPhase.Written,
            StepKind.BeginWrite => me.Write == WritePhase.Idle,
            StepKind.SeeAnnouncement => me.Write == WritePhase.Begun,
            StepKind.AwaitNotice => me.Write is WritePhase.Begun or WritePhase.Announced,
            StepKind.Load or StepKind.Confirm => me.Write == WritePhase.Deciding,
            StepKind.Send or StepKind.Refuse => me.Write == WritePhase.Confirmed,
            StepKind.Accept or StepKind.Arrive or StepKind.LoseAnswer => me.Write == WritePhase.Sent,
            StepKind.SendAgain => me.Write == WritePhase.SendingAgain,
            StepKind.ArriveLate => me.LateAge >= 0,
            StepKind.LookAfterWrite => me.Write == WritePhase.Written,
            StepKind.GiveUp or StepKind.Acknowledge => me.Write == WritePhase.Looked,
            StepKind.Thaw => me.IsFrozen,
            _ => me.IsIn,
        };
    }

    bool Make(ModelState state, int at, StepKind kind) => kind switch
    {
        StepKind.BeginRenewal => bounds.HasFineSteps ? _lease.BeginRenewal(state, at) : Renew(state, at),
        StepKind.WriteRenewal => bounds.HasFineSteps && ModelLease.WriteRenewal(state, at),
        StepKind.EndRenewal => _lease.EndRenewal(state, at),
        StepKind.LoseRenewal => state.Lost++ < bounds.Lost && ModelLease.LoseRenewal(state, at),
        StepKind.Look => _lease.Look(state, at),
        StepKind.Leave => state.Leaves++ < bounds.Leaves && ModelLease.Leave(state, at),
        StepKind.BeginWrite => _record.BeginWrite(state, at, bounds),
        StepKind.SeeAnnouncement => bounds.HasFineSteps && _record.SeeAnnouncement(state, at),
        StepKind.AwaitNotice =>
            (bounds.HasFineSteps || _record.SeeAnnouncement(state, at)) && _record.AwaitNotice(state, at),
        StepKind.Load => _record.Load(state, at),
        StepKind.Confirm => _record.Confirm(state, at),
        StepKind.Send => _record.Send(state, at),
        StepKind.Refuse => _record.Refuse(state, at),
        StepKind.Accept => _record.Accept(state, at),
        StepKind.Arrive => _record.Arrive(state, at),
        StepKind.LoseAnswer => _record.LoseAnswer(state, at, bounds),
        StepKind.GiveUp => ModelRecord.GiveUp(state, at),
        StepKind.SendAgain => ModelRecord.SendAgain(state, at),
        StepKind.ArriveLate => _record.ArriveLate(state, at),
        StepKind.LookAfterWrite => _record.LookAfterWrite(state, at),
        StepKind.Acknowledge => _record.Acknowledge(state, at),
        StepKind.ShowMemory => _record.ShowMemory(state, at),
        StepKind.ShowRecord => _record.ShowRecord(state, at),
        StepKind.Freeze => Freeze(state, at),
        StepKind.Thaw => Thaw(state, at),
        _ => Tick(state),
    };

    bool Renew(ModelState state, int at)
    {
        if (!_lease.BeginRenewal(state, at))
            return false;
        ModelLease.WriteRenewal(state, at);
        _lease.EndRenewal(state, at);
        return true;
    }

    bool Freeze(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        if (me.IsFrozen || !me.IsIn || state.Freezes == bounds.Freezes)
            return false;
        (me.IsFrozen, me.WasFrozen, me.IsRenewalClean) = (true, true, false);
        state.Freezes++;
        return true;
    }

    static bool Thaw(ModelState state, int at)
    {
        ref var me = ref state.Replicas[at];
        var was = me.IsFrozen;
        me.IsFrozen = false;
        return was;
    }

    static bool Tick(ModelState state)
    {
        for (var at = 0; at < state.Replicas.Length; at++)
        {
            ref var me = ref state.Replicas[at];
            // The network's clock never stands still.
            if (me.Write == WritePhase.Sent)
                Age(ref me.SentAge, LongestWay);
            if (me.LateAge >= 0)
                Age(ref me.LateAge, LongestWay);
            if (!me.IsFrozen)
                Age(state, at, ref me);
        }
        return true;
    }

    static void Age(ModelState state, int at, ref ModelReplica me)
    {
        if (me.IsIn)
            Age(ref me.RenewedAge, Expiry + 2);
        if (me.RecentEpoch != 0)
            Age(ref me.RecentAge, Reliance);
        if (me.DeparturesAge >= 0)
            Age(ref me.DeparturesAge, LongestWay);
        if (me.UncertainAge >= 0)
            Age(ref me.UncertainAge, LongestWay);
        if (me.IsAnnounced)
            Age(ref me.AnnouncedAge, Notice);
        if (me.Renewal != RenewalPhase.None)
            Age(ref me.BeganAge, Expiry + 2);
        if (me.Renewal == RenewalPhase.Joining)
            Age(ref me.NoticeAge, Notice);
        for (var of = 0; of < state.Replicas.Length; of++)
        {
            if (state.Observed(at, of).Stamp != 0)
                Age(ref state.Observed(at, of).Age, Expiry + 1);
        }
    }

    static void Age(ref sbyte age, int most) => age = (sbyte)Math.Min(age + 1, most);
}
