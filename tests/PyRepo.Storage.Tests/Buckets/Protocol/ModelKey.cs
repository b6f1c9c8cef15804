using System.Runtime.InteropServices;

namespace PyRepo.Storage.Tests.Buckets.Protocol;

/// <summary>
/// The identity of a state, in 128 bits. Versions and epochs count only by their order, and it does not matter which
/// replica is which.
/// </summary>
static class ModelKey
{
    const int MaxLength = 512;

    /// <summary>States are ranked after each step, so that no number grows.</summary>
    const int MaxNumber = 32;

    /// <summary>Returns the least key of a ranked state under all orders of its replicas.</summary>
    public static UInt128 Of(ModelState state)
    {
        var least = UInt128.MaxValue;
        foreach (var order in Orders(state.Replicas.Length))
        {
            var key = Hash(state, order);
            least = key < least ? key : least;
        }
        return least;
    }

    static readonly int[][][] _orders =
        [[], [[0]], [[0, 1], [1, 0]], [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]];

    static int[][] Orders(int replicas) => _orders[replicas];

    /// <summary>Replaces numbers that count only by their order with their ranks.</summary>
    public static void Rank(ModelState state)
    {
        Span<bool> versions = stackalloc bool[MaxNumber], generations = stackalloc bool[MaxNumber];
        Span<bool> writes = stackalloc bool[MaxNumber], departures = stackalloc bool[MaxNumber];
        Mark(state, versions, generations, writes, departures);
        Span<sbyte> version = stackalloc sbyte[MaxNumber], generation = stackalloc sbyte[MaxNumber];
        Span<sbyte> write = stackalloc sbyte[MaxNumber], departure = stackalloc sbyte[MaxNumber];
        Number(versions, version);
        Number(generations, generation);
        Number(writes, write);
        Number(departures, departure);
        for (var at = 0; at < state.Replicas.Length; at++)
        {
            for (var of = 0; of < state.Replicas.Length; of++)
                state.Observed(at, of).Stamp = version[state.Observed(at, of).Stamp];
            ref var member = ref state.Members[at];
            (member.Stamp, member.Seen, member.Joined) =
                (version[member.Stamp], generation[member.Seen], generation[member.Joined]);
            ref var each = ref state.Replicas[at];
            (each.Seen, each.Written) = (version[each.Seen], version[each.Written]);
            (each.ReadVersion, each.NextVersion) = (version[each.ReadVersion], version[each.NextVersion]);
            (each.Joined, each.Generation) = (generation[each.Joined], generation[each.Generation]);
            (each.NextJoined, each.NextGeneration) = (generation[each.NextJoined], generation[each.NextGeneration]);
            if (each.JoinedBefore >= 0)
                each.JoinedBefore = generation[each.JoinedBefore];
            (each.Writes, each.NextWrites) = (write[each.Writes], write[each.NextWrites]);
            (each.Departures, each.NextDepartures) = (departure[each.Departures], departure[each.NextDepartures]);
            RankEpochs(ref each);
        }
        (state.Version, state.Generation) = (version[state.Version], generation[state.Generation]);
        (state.Writes, state.Departures) = (write[state.Writes], departure[state.Departures]);
    }

    static void Mark(
        ModelState state, Span<bool> versions, Span<bool> generations, Span<bool> writes, Span<bool> departures)
    {
        versions[0] = generations[0] = writes[0] = departures[0] = true;
        versions[state.Version] = generations[state.Generation] = true;
        writes[state.Writes] = departures[state.Departures] = true;
        for (var at = 0; at < state.Replicas.Length; at++)
        {
            for (var of = 0; of < state.Replicas.Length; of++)
                versions[state.Observed(at, of).Stamp] = true;
            var member = state.Members[at];
            versions[member.Stamp] = generations[member.Seen] = generations[member.Joined] = true;
            var each = state.Replicas[at];
            versions[each.Seen] = versions[each.Written] = true;
            versions[each.ReadVersion] = versions[each.NextVersion] = true;
            generations[each.Joined] = generations[each.Generation] = true;
            generations[each.NextJoined] = generations[each.NextGeneration] = true;
            generations[Math.Max(each.JoinedBefore, (sbyte)0)] = true;
            writes[each.Writes] = writes[each.NextWrites] = true;
            departures[each.Departures] = departures[each.NextDepartures] = true;
        }
    }

    static void Number(ReadOnlySpan<bool> used, Span<sbyte> ranks)
    {
        sbyte next = 0;
        for (var value = 0; value < used.Length; value++)
        {
            if (used[value])
                ranks[value] = next++;
        }
    }

    /// <summary>Epochs are compared by one replica alone, and only for equality.</summary>
    static void RankEpochs(ref ModelReplica each)
    {
        Span<sbyte> known =
        [
            0, each.SoleEpoch, each.QuietEpoch, each.RecentEpoch, each.MemoryEpoch, each.WriteEpoch, each.NextSole,
        ];
        each.SoleEpoch = (sbyte)known.IndexOf(each.SoleEpoch);
        each.QuietEpoch = (sbyte)known.IndexOf(each.QuietEpoch);
        each.RecentEpoch = (sbyte)known.IndexOf(each.RecentEpoch);
        each.MemoryEpoch = (sbyte)known.IndexOf(each.MemoryEpoch);
        each.WriteEpoch = (sbyte)known.IndexOf(each.WriteEpoch);
        each.NextSole = (sbyte)known.IndexOf(each.NextSole);
    }

    static UInt128 Hash(ModelState state, int[] order)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        var length = 0;
        foreach (var value in (ReadOnlySpan<sbyte>)[
            state.Version, state.Generation, state.Writes, state.Departures, (sbyte)state.Events, state.RecordVersion,
            (sbyte)state.Acknowledged, (sbyte)state.Shown, state.Begun, state.Freezes, state.Lost,
            state.Leaves])
        {
            bytes[length++] = (byte)value;
        }
        foreach (var at in order)
        {
            var replica = state.Replicas[at];
            replica.Dropped = Reorder(replica.Dropped, order);
            Append(bytes, ref length, state.Members[at]);
            Append(bytes, ref length, replica);
            foreach (var of in order)
            {
                bytes[length++] = (byte)state.Observed(at, of).Stamp;
                bytes[length++] = (byte)state.Observed(at, of).Age;
            }
        }
        return Mix(bytes[..length]);
    }

    static byte Reorder(byte set, int[] order)
    {
        var reordered = 0;
        for (var at = 0; at < order.Length; at++)
            reordered |= (set >> order[at] & 1) << at;
        return (byte)reordered;
    }

    static void Append<T>(Span<byte> bytes, ref int length, T value) where T : unmanaged
    {
        var raw = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));
        raw.CopyTo(bytes[length..]);
        length += raw.Length;
    }

    static UInt128 Mix(ReadOnlySpan<byte> bytes)
    {
        ulong high = 0x9E3779B97F4A7C15, low = 0xC2B2AE3D27D4EB4F;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes[..(bytes.Length & ~7)]))
            Mix(ref high, ref low, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..])
            Mix(ref high, ref low, rest);
        Mix(ref high, ref low, (ulong)bytes.Length);
        return new UInt128(high, low);
    }

    static void Mix(ref ulong high, ref ulong low, ulong word)
    {
        high = (high ^ word) * 0xFF51AFD7ED558CCD;
        high ^= high >> 32;
        low = (low + word + high) * 0xC4CEB9FE1A85EC53;
        low ^= low >> 29;
    }
}
