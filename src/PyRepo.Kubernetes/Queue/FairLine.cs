namespace PyRepo.Kubernetes.Queue;

/// <summary>
/// Keys that wait, in groups. The group with the fewest keys in work is next, those with as many in turn: so no group,
/// however many its keys are and however slow the work on them is, keeps another from its share of the workers, and one
/// that is alone gets all. Within a group the first comes first.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class FairLine<TKey>(Func<TKey, string> groupOf) where TKey : notnull
{
    readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    readonly LinkedList<Group> _turns = new();

    public int Count { get; private set; }

    /// <summary>Adds a key at the end of its group.</summary>
    public Place Add(TKey key)
    {
        var name = groupOf(key);
        if (!_groups.TryGetValue(name, out var group))
        {
            _groups[name] = group = new Group(name);
            _turns.AddLast(group.Turn);
        }
        Count++;
        return new Place(this, group, group.Keys.AddLast(key));
    }

    /// <summary>The key that is next; null: none waits.</summary>
    /// <param name="inWork">How many keys of each group are in work; a group without any is not in it.</param>
    public Place? First(IReadOnlyDictionary<string, int> inWork)
    {
        Place? first = null;
        // Groups without work end the search, so that it looks at no more groups than there are workers.
        for (var turn = _turns.First; turn is not null && first is not { InWork: 0 }; turn = turn.Next)
        {
            var group = turn.Value;
            var count = inWork.GetValueOrDefault(group.Name);
            if (first is null || count < first.InWork)
                first = new Place(this, group, group.Keys.First!) { InWork = count };
        }
        return first;
    }

    /// <summary>Forgets all keys.</summary>
    public void Clear()
    {
        _groups.Clear();
        _turns.Clear();
        Count = 0;
    }

    /// <summary>Where a key waits.</summary>
    public sealed class Place(FairLine<TKey> line, Group group, LinkedListNode<TKey> node)
    {
        public TKey Key => node.Value;

        /// <summary>How many keys of its group are in work.</summary>
        public int InWork { get; init; }

        /// <summary>Takes the key out. Of its group the next waits until it is the group's turn again.</summary>
        public void Take()
        {
            Leave();
            if (group.Turn.List is not { } turns)
                return;
            turns.Remove(group.Turn);
            turns.AddLast(group.Turn);
        }

        /// <summary>Takes the key out, whose turn it is not.</summary>
        public void Leave()
        {
            group.Keys.Remove(node);
            line.Count--;
            if (group.Keys.Count > 0)
                return;
            line._turns.Remove(group.Turn);
            line._groups.Remove(group.Name);
        }
    }

    /// <summary>Keys that share their turn.</summary>
    public sealed class Group
    {
        public Group(string name) => (Name, Turn) = (name, new LinkedListNode<Group>(this));

        public string Name { get; }

        public LinkedList<TKey> Keys { get; } = new();

        public LinkedListNode<Group> Turn { get; }
    }
}
