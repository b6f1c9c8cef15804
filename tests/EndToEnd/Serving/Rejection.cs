using System.Net;
using System.Text.Json;

namespace EndToEnd.Serving;

/// <summary>A refused upload, as clients see it.</summary>
public sealed record Rejection(HttpStatusCode Status, string Message)
{
    /// <summary>What uv sends.</summary>
    public const string UvAccept = "application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7";

    /// <summary>
    /// Sends a form as uv does, and reads the refusal; fails the test where it has not the form that clients read.
    /// </summary>
    public static async Task<Rejection> OfAsync(PyRepoServer server, string repository, UploadParts form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.GetUrl(repository), "legacy/"))
        {
            Content = form.ToContent(),
        };
        request.Headers.Authorization = TwineForm.Publisher(server, repository);
        request.Headers.TryAddWithoutValidation("Accept", UvAccept);
        using var answer = await server.Http.SendAsync(request);
        return await ReadAsync(answer);
    }

    /// <summary>Reads an answer that was asked for with <see cref="UvAccept"/>.</summary>
    public static async Task<Rejection> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode >= 400, $"{(int)answer.StatusCode} {answer.ReasonPhrase}\n{text}");
        Assert.Equal("application/json", Assert.Single(answer.Content.Headers.GetValues("Content-Type")));
        using var body = JsonDocument.Parse(text);
        var sentence = body.RootElement.GetProperty("message").GetString()!;
        Assert.Equal($"{(int)answer.StatusCode} {sentence}", body.RootElement.GetProperty("code").GetString());
        Assert.NotEmpty(body.RootElement.GetProperty("title").GetString()!);
        // A reason phrase is ASCII, and no client wants more than a few lines of it.
        Assert.Equal(string.Concat(sentence.Take(400).Select(c => char.IsAscii(c) ? c : '?')), answer.ReasonPhrase);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
        return new Rejection(answer.StatusCode, sentence);
    }

    /// <summary>Fails the test unless it is this status and the sentence holds these words.</summary>
    public void MustBe(HttpStatusCode status, params IEnumerable<string> words)
    {
        Assert.True(Status == status, $"{(int)Status} {Message}");
        foreach (var word in words)
            Assert.Contains(word, Message, StringComparison.Ordinal);
    }
}
