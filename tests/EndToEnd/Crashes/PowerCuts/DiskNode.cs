namespace EndToEnd.Crashes.PowerCuts;

/// <summary>A folder or a file, with all that ever happened to it.</summary>
/// <param name="isFolder">Whether it is a folder.</param>
public sealed class DiskNode(bool isFolder)
{
    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => isFolder;

    /// <summary>What happened to it, in order.</summary>
    public List<DiskOperation> Operations { get; } = [];

    /// <summary>What a running program sees in the folder.</summary>
    public Dictionary<string, DiskNode> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>All of it that was done before a flush began is durable from the end of the flush.</summary>
    public void Flush(SystemCall call)
    {
        foreach (var operation in Operations.Where(
            o => !o.IsGivenUp && o.End < call.Start && o.DurableFrom > call.End))
        {
            operation.DurableFrom = call.End;
        }
    }

    /// <summary>
    /// What a flush failed to write is given up by the kernel. Not so names: a folder's changes stay in the file
    /// system's journal until it is written.
    /// </summary>
    public void FailToFlush(SystemCall call)
    {
        if (IsFolder)
            return;
        foreach (var operation in Operations.Where(o => o.End < call.Start && o.DurableFrom > call.End))
            operation.IsGivenUp = true;
    }

    /// <summary>The names in the folder, if the operations fared so.</summary>
    public Dictionary<string, DiskNode> EntriesAfter(Func<DiskOperation, DiskFate> fate)
    {
        var entries = new Dictionary<string, DiskNode>(StringComparer.Ordinal);
        foreach (var named in Operations.Cast<DiskOperation.Named>().Where(o => fate(o) is not DiskFate.Lost))
        {
            if (named.Node is { } node)
                entries[named.Name] = node;
            else
                entries.Remove(named.Name);
        }
        return entries;
    }

    /// <summary>The file's bytes, if the operations fared so.</summary>
    public byte[] BytesAfter(Func<DiskOperation, DiskFate> fate)
    {
        var bytes = Array.Empty<byte>();
        foreach (var operation in Operations)
        {
            switch (operation, fate(operation))
            {
                case (_, DiskFate.Lost):
                    break;
                case (DiskOperation.Resized resized, _):
                    Array.Resize(
                        ref bytes, (int)(resized.OnlyGrows ? Math.Max(resized.Length, bytes.Length) : resized.Length));
                    break;
                case (DiskOperation.Written written, var how):
                    Write(ref bytes, written, how);
                    break;
            }
        }
        return bytes;
    }

    static void Write(ref byte[] bytes, DiskOperation.Written written, DiskFate how)
    {
        var arrived = how is DiskFate.Half ? written.Bytes.AsSpan(0, written.Bytes.Length / 2) : written.Bytes;
        var end = (int)written.Offset + arrived.Length;
        if (end > bytes.Length)
            Array.Resize(ref bytes, end);
        if (how is DiskFate.Zeros)
            bytes.AsSpan((int)written.Offset, arrived.Length).Clear();
        else
            arrived.CopyTo(bytes.AsSpan((int)written.Offset));
    }
}
