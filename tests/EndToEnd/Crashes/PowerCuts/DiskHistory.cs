namespace EndToEnd.Crashes.PowerCuts;

/// <summary>
/// What a program did to a folder, made from its system calls, and every state in which a power cut may leave it.
/// </summary>
/// <remarks>
/// What a flush covered is there. Of the rest any part may be: nothing, everything, everything but one operation, one
/// operation alone, and bytes that are zeros or end in their middle. Flushing a folder makes its names durable, and
/// flushing a file makes its bytes durable, but not its name. Bytes whose flush failed are never durable: the kernel
/// takes them for written, so that another flush does nothing for them.
/// </remarks>
public sealed class DiskHistory
{
    readonly string _path;
    readonly DiskNode _root = new(isFolder: true);
    readonly Dictionary<int, DiskNode> _open = [];
    readonly List<DiskNode> _nodes = [];

    DiskHistory(string path)
    {
        _path = path;
        _nodes.Add(_root);
    }

    /// <summary>The history of a folder that was empty when the trace began.</summary>
    public static DiskHistory From(IEnumerable<SystemCall> calls, string folder)
    {
        var history = new DiskHistory(folder);
        foreach (var call in calls)
            history.Apply(call);
        return history;
    }

    /// <summary>The moments before and after which the possible states differ.</summary>
    public IEnumerable<int> Moments =>
        Operations.SelectMany(o => (int[])[o.Start, o.DurableFrom])
            .Where(line => line < int.MaxValue).Distinct().Order();

    IEnumerable<DiskOperation> Operations => _nodes.SelectMany(n => n.Operations);

    /// <summary>The states in which a power cut at this moment may leave the folder.</summary>
    public IEnumerable<DiskState> StatesAt(int moment)
    {
        var open = Operations.Where(o => o.HalfOf is null && o.Start <= moment && o.DurableFrom > moment).ToList();
        yield return GetState(moment, _ => DiskFate.Lost);
        yield return GetState(moment, _ => DiskFate.Whole);
        foreach (var one in open)
        {
            yield return GetState(moment, o => o == one ? DiskFate.Lost : DiskFate.Whole);
            yield return GetState(moment, o => o == one ? DiskFate.Whole : DiskFate.Lost);
            if (one is not DiskOperation.Written)
                continue;
            yield return GetState(moment, o => o == one ? DiskFate.Zeros : DiskFate.Whole);
            yield return GetState(moment, o => o == one ? DiskFate.Half : DiskFate.Whole);
        }
    }

    DiskState GetState(int moment, Func<DiskOperation, DiskFate> fateOfOpen)
    {
        var state = new DiskState();
        Add(state, _root, "", Fate);
        return state;

        DiskFate Fate(DiskOperation operation)
        {
            var whole = operation.HalfOf ?? operation;
            return whole.DurableFrom <= moment ? DiskFate.Whole
                : whole.Start > moment ? DiskFate.Lost
                : fateOfOpen(whole);
        }
    }

    static void Add(DiskState state, DiskNode folder, string path, Func<DiskOperation, DiskFate> fate)
    {
        foreach (var (name, node) in folder.EntriesAfter(fate))
        {
            if (!node.IsFolder)
            {
                state.Files[path + name] = node.BytesAfter(fate);
                continue;
            }
            state.Folders.Add(path + name);
            Add(state, node, $"{path}{name}/", fate);
        }
    }

    void Apply(SystemCall call)
    {
        switch (call.Name)
        {
            case "openat":
                Open(call);
                break;
            case "close":
                _open.Remove(call.Descriptor);
                break;
            case "mkdir" when IsInside(call.PathAt(0)):
                Name(call, call.PathAt(0), AddNode(isFolder: true));
                break;
            case "unlink" or "rmdir" when IsInside(call.PathAt(0)):
                Name(call, call.PathAt(0), null);
                break;
            case "rename" when IsInside(call.PathAt(1)):
                var moved = Find(call.PathAt(0))!;
                Name(call, call.PathAt(0), null, halfOf: Name(call, call.PathAt(1), moved));
                break;
            case "syncfs":
                _nodes.ForEach(node => node.Flush(call));
                break;
            case "link" or "pwritev" when call.Texts.Any():
                throw new NotSupportedException($"The history does not know what {call.Name} does.");
            case "pwrite64" or "write" or "ftruncate" or "fallocate" or "fsync" or "fdatasync":
                if (_open.TryGetValue(call.Descriptor, out var node))
                    Change(call, node);
                break;
        }
    }

    void Open(SystemCall call)
    {
        _open.Remove((int)call.Result);
        var path = call.PathAt(0);
        if (path != _path && !IsInside(path))
            return;
        var node = Find(path);
        if (node is null)
            Name(call, path, node = AddNode(isFolder: false));
        if (call.Has("O_TRUNC"))
            node.Operations.Add(new DiskOperation.Resized { Start = call.Start, End = call.End, Length = 0 });
        _open[(int)call.Result] = node;
    }

    static void Change(SystemCall call, DiskNode node)
    {
        switch (call.Name)
        {
            case "pwrite64":
                node.Operations.Add(new DiskOperation.Written
                {
                    Start = call.Start,
                    End = call.End,
                    Offset = call.NumberFromEnd(0),
                    Bytes = call.Texts[0][..(int)call.Result],
                });
                break;
            case "ftruncate":
                node.Operations.Add(new DiskOperation.Resized
                {
                    Start = call.Start,
                    End = call.End,
                    Length = call.NumberFromEnd(0),
                });
                break;
            case "fallocate" when !call.Has("FALLOC_FL_KEEP_SIZE"):
                node.Operations.Add(new DiskOperation.Resized
                {
                    Start = call.Start,
                    End = call.End,
                    Length = call.NumberFromEnd(0) + call.NumberFromEnd(1),
                    OnlyGrows = true,
                });
                break;
            case "fsync" or "fdatasync" when call.Result < 0:
                node.FailToFlush(call);
                break;
            case "fsync" or "fdatasync":
                node.Flush(call);
                break;
            case "write":
                throw new NotSupportedException("The history does not know where write writes.");
        }
    }

    DiskOperation.Named Name(SystemCall call, string path, DiskNode? node, DiskOperation? halfOf = null)
    {
        var folder = Find(Path.GetDirectoryName(path)!)
            ?? throw new InvalidDataException($"The trace has no folder for '{path}'.");
        var name = Path.GetFileName(path);
        if (node is null)
            folder.Entries.Remove(name);
        else
            folder.Entries[name] = node;
        var named = new DiskOperation.Named
        {
            Start = call.Start,
            End = call.End,
            Name = name,
            Node = node,
            HalfOf = halfOf,
        };
        folder.Operations.Add(named);
        return named;
    }

    DiskNode AddNode(bool isFolder)
    {
        var node = new DiskNode(isFolder);
        _nodes.Add(node);
        return node;
    }

    DiskNode? Find(string path)
    {
        if (path != _path && !IsInside(path))
            return null;
        DiskNode? node = _root;
        foreach (var name in path[_path.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
            node = node?.Entries.GetValueOrDefault(name);
        return node;
    }

    bool IsInside(string path) => path.StartsWith(_path + "/", StringComparison.Ordinal);
}
