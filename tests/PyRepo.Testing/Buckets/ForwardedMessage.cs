using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PyRepo.Testing.Buckets;

/// <summary>Requests and answers that a <see cref="FaultProxy"/> passes on, while they arrive.</summary>
static class ForwardedMessage
{
    static readonly HashSet<string> _ofConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Expect", "Upgrade",
    };

    /// <summary>The request to send. Its target is what came, byte by byte: a signature covers it.</summary>
    public static HttpRequestMessage Request(HttpContext context, Uri service)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var request = new HttpRequestMessage(
            HttpMethod.Parse(context.Request.Method),
            new Uri(
                service.GetLeftPart(UriPartial.Authority) + target,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (context.Request.ContentLength is not null || context.Request.Headers.TransferEncoding.Count > 0)
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!_ofConnection.Contains(name) && !request.Headers.TryAddWithoutValidation(name, (string[])values!))
                request.Content?.Headers.TryAddWithoutValidation(name, (string[])values!);
        }
        return request;
    }

    /// <summary>Removes the condition of a write.</summary>
    public static void DropConditions(HttpRequestMessage request)
    {
        request.Headers.Remove("If-Match");
        request.Headers.Remove("If-None-Match");
    }

    /// <summary>Replaces the first byte of a request's body.</summary>
    public static async Task DamageAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = request.Content!;
        var bytes = await content.ReadAsByteArrayAsync(cancellationToken);
        bytes[0] ^= 1;
        request.Content = new ByteArrayContent(bytes);
        foreach (var (name, values) in content.Headers.NonValidated)
            request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
    }

    /// <summary>Sends the answer, as far as the fault lets it.</summary>
    public static async Task AnswerAsync(
        HttpResponseMessage response, HttpContext context, Fault fault, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!_ofConnection.Contains(name))
                context.Response.Headers[name] = values.ToArray();
        }
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var left = fault.TearsAfter ?? long.MaxValue;
        var buffer = new byte[1 << 16];
        int count;
        while (left > 0 && (count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await Task.Delay(fault.DelayOfParts, cancellationToken);
            count = (int)Math.Min(count, left);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            left -= count;
        }
        if (fault.TearsAfter is null || left > 0)
            return;
        await context.Response.Body.FlushAsync(cancellationToken);
        context.Abort();
    }
}
