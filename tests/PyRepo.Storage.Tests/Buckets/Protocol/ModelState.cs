namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>A state of the model: the two objects of the bucket, the replicas, and what people were told.</summary>
sealed class ModelState
{
    readonly (sbyte Stamp, sbyte Age)[] _observed;

    public ModelState(int replicas)
    {
        (Members, Replicas) = (new ModelMember[replicas], new ModelReplica[replicas]);
        _observed = new (sbyte, sbyte)[replicas * replicas];
        for (var each = 0; each < replicas; each++)
        {
            Replicas[each].DeparturesAge = Replicas[each].UncertainAge = Replicas[each].LateAge = -1;
            Replicas[each].JoinedBefore = -1;
        }
    }

    /// <summary>Takes over another state of as many replicas.</summary>
    public void CopyFrom(ModelState other)
    {
        other.Members.CopyTo(Members, 0);
        other.Replicas.CopyTo(Replicas, 0);
        other._observed.CopyTo(_observed, 0);
        (Version, Generation, Writes, Departures) = (other.Version, other.Generation, other.Writes, other.Departures);
        (Events, RecordVersion) = (other.Events, other.RecordVersion);
        (Acknowledged, Shown, Wrong) = (other.Acknowledged, other.Shown, other.Wrong);
        (Begun, Freezes, Lost, Leaves) = (other.Begun, other.Freezes, other.Lost, other.Leaves);
    }

    // The lease.
    public sbyte Version, Generation, Writes, Departures;
    public ModelMember[] Members { get; }

    // The record: its events are bits.
    public byte Events;
    public sbyte RecordVersion;

    public ModelReplica[] Replicas { get; }

    /// <summary>The events that were acknowledged.</summary>
    public byte Acknowledged;

    /// <summary>The events that were acknowledged or on a page.</summary>
    public byte Shown;

    /// <summary>What went wrong in the step that led here, or null.</summary>
    public string? Wrong;

    // How much of the bounds is used.
    public sbyte Begun, Freezes, Lost, Leaves;

    /// <summary>When a replica saw the entry of another one change last.</summary>
    public ref (sbyte Stamp, sbyte Age) Observed(int by, int of) => ref _observed[by * Replicas.Length + of];
}
