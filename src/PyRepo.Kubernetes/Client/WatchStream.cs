using System.Buffers;
using System.IO.Pipelines;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// The lines of one watch. It ends where the server ends it, and after <see cref="IdleDeadline"/> of silence: most
/// servers send a bookmark each minute, and to begin a watch again costs little. On HTTP/2 the connection's pings find
/// a dead one sooner.
/// </summary>
sealed class WatchStream<T> : IAsyncDisposable
    where T : KubernetesObject
{
    static readonly StreamPipeReaderOptions _pipeOptions = new(bufferSize: 65_536, minimumReadSize: 16_384);
    readonly HttpResponseMessage _response;
    readonly PipeReader _pipe;
    readonly ObjectReader<T> _objects;
    readonly CancellationTokenSource _idle;
    readonly CancellationTokenSource _end;
    readonly CancellationTokenSource _any;
    readonly CancellationToken _caller;

    WatchStream(HttpResponseMessage response, Stream content, ObjectReader<T> objects, TimeSpan length,
        TimeProvider clock, CancellationToken caller)
    {
        _response = response;
        _objects = objects;
        _caller = caller;
        _pipe = PipeReader.Create(content, _pipeOptions);
        _idle = new(IdleDeadline, clock);
        _end = new(length, clock);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, _end.Token, caller);
    }

    /// <summary>After how long a silence a watch is given up.</summary>
    public static TimeSpan IdleDeadline { get; } = TimeSpan.FromSeconds(90);

    /// <summary>Begins to read.</summary>
    /// <param name="response">The answer; it is disposed of with this.</param>
    /// <param name="objects">How its objects are read.</param>
    /// <param name="length">After how long the watch is given up, if the server does not end it.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<WatchStream<T>> OpenAsync(HttpResponseMessage response, ObjectReader<T> objects,
        TimeSpan length, TimeProvider clock, CancellationToken cancellationToken)
    {
        var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        return new(response, content, objects, length, clock, cancellationToken);
    }

    /// <summary>The next line; null: the watch has ended, or was silent for too long.</summary>
    /// <exception cref="KubernetesException">An ERROR event.</exception>
    /// <exception cref="IOException">The stream ended within a line.</exception>
    public async ValueTask<WatchLine<T>?> ReadAsync()
    {
        while (true)
        {
            if (await ReadPipeAsync() is not { } read)
                return null;
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                _idle.CancelAfter(IdleDeadline);
                return Take(read.Buffer, end);
            }
            if (read.IsCompleted)
                return read.Buffer.IsEmpty ? null : throw new IOException("A watch ended in the middle of a line.");
            _pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>A bookmark as an object of the kind; null where the kind's record can't be without more.</summary>
    public T? ToBookmark(ObjectMeta metadata) => _objects.ToBookmark(metadata);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        await _pipe.CompleteAsync();
        _any.Dispose();
        _idle.Dispose();
        _end.Dispose();
    }

    async ValueTask<ReadResult?> ReadPipeAsync()
    {
        try
        {
            return await _pipe.ReadAsync(_any.Token);
        }
        catch (Exception error) when (
            (error is OperationCanceledException or IOException)
            && _any.IsCancellationRequested && !_caller.IsCancellationRequested)
        {
            return null;
        }
    }

    WatchLine<T> Take(ReadOnlySequence<byte> buffer, SequencePosition end)
    {
        try
        {
            var line = buffer.Slice(0, end);
            return _objects.ReadLine(line.IsSingleSegment ? line.FirstSpan : line.ToArray());
        }
        finally
        {
            _pipe.AdvanceTo(buffer.GetPosition(1, end));
        }
    }
}

/// <summary>One line of a watch. <see cref="Object"/> is null for a bookmark, and where it can't be read.</summary>
readonly record struct WatchLine<T>(WatchEventType Type, ObjectMeta Metadata, T? Object)
    where T : KubernetesObject
{
    public ObjectKey Key => new(Metadata.Namespace ?? "", Metadata.Name ?? "");
}

/// <summary>The kind of a watch event. The API's fifth type, ERROR, is a <see cref="KubernetesException"/>.</summary>
public enum WatchEventType
{
    Added,
    Modified,

    /// <summary>It is gone, or no longer in the selection.</summary>
    Deleted,

    /// <summary>Nothing happened until this resourceVersion.</summary>
    Bookmark,
}
