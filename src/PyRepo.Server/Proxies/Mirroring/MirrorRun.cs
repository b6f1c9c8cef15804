using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>
/// Projects of a mirror in the store, in the order of their names. An object of them never changes: later ones say what
/// is different.
/// </summary>
/// <remarks>
/// A line for each project: its name, <c>+</c> if it is complete, <c>-</c> if it is not or <c>x</c> if it is no longer
/// mirrored, the serial in upstream's list, that of its page, until when that is valid, and the digest of the rules. The
/// last line is <c>=</c> and the number of projects.
/// </remarks>
sealed class MirrorRun : IAsyncDisposable
{
    const int BufferLength = 64 << 10;

    /// <summary>The length of a line: a name, three numbers and a digest.</summary>
    const int MaxLineLength = 1024;

    readonly StoredContent _content;
    readonly string _key;

    MirrorRun(StoredContent content, string key) => (_content, _key) = (content, key);

    /// <summary>Opens a run. It can be read until it is disposed, even if it is deleted meanwhile.</summary>
    /// <exception cref="MirrorStateException">It is not there.</exception>
    public static async Task<MirrorRun> OpenAsync(IStore store, string key, CancellationToken cancellationToken) =>
        new(await store.OpenAsync(key, cancellationToken)
            ?? throw new MirrorStateException($"'{key}' is missing."), key);

    /// <summary>Reads the projects.</summary>
    /// <exception cref="MirrorStateException">They are not what was written.</exception>
    public async IAsyncEnumerable<MirroredProject> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await _content.OpenStreamAsync(0, cancellationToken);
        var buffer = new byte[BufferLength];
        var (filled, count, last) = (0, 0L, "");
        while (await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken) is > 0 and var read)
        {
            filled += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                if (buffer[start] == '=')
                {
                    CheckEnd(buffer.AsSpan(start, end), count);
                    yield break;
                }
                var project = Parse(buffer.AsSpan(start, end));
                if (string.CompareOrdinal(last, project.Name) >= 0)
                    throw Unreadable("Its names are not in order.");
                (last, count) = (project.Name, count + 1);
                yield return project;
            }
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled > MaxLineLength)
                throw Unreadable("A line is too long.");
        }
        throw Unreadable("Its end is missing.");
    }

    /// <summary>Writes a run.</summary>
    /// <returns>How many projects it has.</returns>
    /// <exception cref="IOException">The store fails.</exception>
    public static async Task<long> WriteAsync(
        IStore store, string key, IAsyncEnumerable<MirroredProject> projects, CancellationToken cancellationToken)
    {
        await using var staged = await store.StageAsync(null, cancellationToken);
        var buffer = new ArrayBufferWriter<byte>(BufferLength);
        var count = 0L;
        await foreach (var project in projects.WithCancellation(cancellationToken))
        {
            Write(buffer, project);
            count++;
            if (buffer.WrittenCount < BufferLength - MaxLineLength)
                continue;
            await staged.AppendAsync(buffer.WrittenMemory, cancellationToken);
            buffer.ResetWrittenCount();
        }
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"= {count}\n"), buffer);
        await staged.AppendAsync(buffer.WrittenMemory, cancellationToken);
        await store.CommitAsync(staged, key, WriteCondition.None, cancellationToken);
        return count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _content.DisposeAsync();

    static void Write(IBufferWriter<byte> buffer, MirroredProject project)
    {
        var state = project.IsRemoved ? 'x' : project.IsComplete ? '+' : '-';
        Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{project.Name} {state} {Number(project.Listed)} {Number(project.Serial)} "
                + $"{Number(project.ValidUntil?.UtcTicks)} {project.Rules ?? "-"}\n"),
            buffer);
    }

    static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    MirroredProject Parse(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[7];
        Span<char> text = stackalloc char[MaxLineLength];
        if (line.Length > MaxLineLength || !Encoding.UTF8.TryGetChars(line, text, out var length))
            throw Unreadable("A line is too long.");
        ReadOnlySpan<char> chars = text[..length];
        if (chars.Split(fields, ' ') != 6 || !ProjectName.IsNormalized(chars[fields[0]])
            || chars[fields[1]] is not ("+" or "-" or "x")
            || !TryParse(chars[fields[2]], out var listed) || !TryParse(chars[fields[3]], out var serial)
            || !TryParse(chars[fields[4]], out var until) || until is < 0 || until > DateTime.MaxValue.Ticks)
        {
            throw Unreadable("A line has other fields.");
        }
        return new MirroredProject
        {
            Name = chars[fields[0]].ToString(),
            IsRemoved = chars[fields[1]] is "x",
            IsComplete = chars[fields[1]] is "+",
            Listed = listed,
            Serial = serial,
            ValidUntil = until is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
            Rules = chars[fields[5]] is "-" ? null : chars[fields[5]].ToString(),
        };
    }

    static bool TryParse(ReadOnlySpan<char> text, out long? number)
    {
        number = null;
        if (text is "-")
            return true;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return false;
        number = value;
        return true;
    }

    void CheckEnd(ReadOnlySpan<byte> line, long count)
    {
        if (!long.TryParse(line[1..].TrimStart((byte)' '), NumberStyles.None, CultureInfo.InvariantCulture, out var all)
            || all != count)
        {
            throw Unreadable("It has another number of projects than it says.");
        }
    }

    MirrorStateException Unreadable(string reason) => new($"'{_key}' is not readable. {reason}");
}
