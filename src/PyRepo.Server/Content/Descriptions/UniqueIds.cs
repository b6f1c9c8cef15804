namespace PyRepo.Server.Content.Descriptions;

/// <summary>The ids of places in a text. Each is given once: the second <c>usage</c> is <c>usage-1</c>.</summary>
sealed class UniqueIds
{
    readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Takes an id as it is. Returns false if it is taken.</summary>
    public bool TryTake(string id) => _ids.Add(id);

    /// <summary>Whether an id was given.</summary>
    public bool Contains(string id) => _ids.Contains(id);

    /// <summary>Gives an id that begins with a word for the place.</summary>
    public string Give(string slug)
    {
        var count = _counts.GetValueOrDefault(slug);
        var id = count == 0 ? slug : $"{slug}-{count}";
        while (!_ids.Add(id))
            id = $"{slug}-{++count}";
        _counts[slug] = count + 1;
        return id;
    }
}
