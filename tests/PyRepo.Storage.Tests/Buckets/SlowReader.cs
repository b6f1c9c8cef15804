using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A service that takes the bytes of a request slowly.</summary>
sealed class SlowReader(TimeSpan pause, string answer) : HttpMessageHandler
{
    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = Stopwatch.StartNew();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var sending = SendAsync(request.Content!, pipe.Writer, cancellationToken);
        while (await pipe.Reader.ReadAsync(cancellationToken) is { } read)
        {
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
            await Task.Delay(pause, cancellationToken);
        }
        await sending;
        Took = began.Elapsed;
        return ScriptedHandler.Text(HttpStatusCode.OK, answer);
    }

    static async Task SendAsync(HttpContent content, PipeWriter writer, CancellationToken cancellationToken)
    {
        await content.CopyToAsync(writer.AsStream(leaveOpen: true), cancellationToken);
        await writer.CompleteAsync();
    }
}
