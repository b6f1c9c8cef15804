namespace EndToEnd.Crashes;

/// <summary>What the server acknowledged, and what it was in the middle of when it was killed.</summary>
sealed class Ledger
{
    readonly Lock _lock = new();
    readonly Dictionary<string, TestWheel> _files = new(StringComparer.Ordinal);
    readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
    readonly Dictionary<string, TestWheel> _uploading = new(StringComparer.Ordinal);
    readonly HashSet<string> _deleting = new(StringComparer.Ordinal);

    public int Acknowledged { get; private set; }

    /// <summary>
    /// Uploads without an answer that are there all the same, whole: the kill came between commit and answer.
    /// </summary>
    public int CommittedUnheard { get; private set; }

    public void Uploading(TestWheel wheel) => Locked(() => _uploading[wheel.FileName] = wheel);

    public void Uploaded(TestWheel wheel) => Locked(() =>
    {
        _uploading.Remove(wheel.FileName);
        _files[wheel.FileName] = wheel;
        Acknowledged++;
    });

    /// <summary>A file to delete; null when there is none that nobody is deleting.</summary>
    public TestWheel? TakeForDeletion(Random random)
    {
        lock (_lock)
        {
            var candidates = _files.Values.Where(f => !_deleting.Contains(f.FileName)).ToList();
            if (candidates.Count == 0)
                return null;
            var chosen = candidates[random.Next(candidates.Count)];
            _deleting.Add(chosen.FileName);
            return chosen;
        }
    }

    public void Deleted(TestWheel wheel) => Locked(() =>
    {
        _deleting.Remove(wheel.FileName);
        _files.Remove(wheel.FileName);
        _deleted.Add(wheel.FileName);
        Acknowledged++;
    });

    /// <summary>
    /// Compares with what the server shows after its restart, and takes that for the truth where both were right.
    /// </summary>
    /// <param name="listed">File name to SHA-256, over all projects.</param>
    /// <returns>Everything that is wrong.</returns>
    public IReadOnlyList<string> Settle(IReadOnlyDictionary<string, string> listed)
    {
        lock (_lock)
        {
            var wrong = new List<string>();
            foreach (var (name, sha256) in listed)
            {
                var known = _files.GetValueOrDefault(name) ?? _uploading.GetValueOrDefault(name);
                if (_deleted.Contains(name))
                    wrong.Add($"{name} is listed though its deletion was acknowledged");
                else if (known is null)
                    wrong.Add($"{name} is listed though nobody uploaded it");
                else if (known.Sha256 != sha256)
                    wrong.Add($"{name} is listed with the SHA-256 {sha256} and not {known.Sha256}");
            }
            foreach (var name in _files.Keys.Where(n => !listed.ContainsKey(n) && !_deleting.Contains(n)))
                wrong.Add($"{name} was acknowledged and is not listed");
            foreach (var (name, wheel) in _uploading.Where(u => listed.ContainsKey(u.Key)))
            {
                _files[name] = wheel;
                CommittedUnheard++;
            }
            foreach (var name in _deleting.Where(n => !listed.ContainsKey(n)))
            {
                _files.Remove(name);
                _deleted.Add(name);
            }
            _uploading.Clear();
            _deleting.Clear();
            return wrong;
        }
    }

    void Locked(Action action)
    {
        lock (_lock)
            action();
    }
}
