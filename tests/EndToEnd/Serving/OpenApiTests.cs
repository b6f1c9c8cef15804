using System.Text.Json;

namespace EndToEnd.Serving;

/// <summary><c>api/v1/openapi.json</c>, from which clients and their documentation are generated.</summary>
public sealed class OpenApiTests(FilesServer fixture) : IClassFixture<FilesServer>
{
    [Fact]
    public async Task Each_operation_says_what_it_does_what_it_sends_and_how_it_fails()
    {
        using var document = await ReadAsync();
        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => ($"{o.Name} {path.Name}", o.Value)))
            .ToList();
        Assert.Contains(operations, o => o.Item1 == "put /api/v1/projects/{project}/releases/{version}/yank");
        Assert.All(operations, operation =>
        {
            var (_, value) = operation;
            Assert.NotEqual("", value.GetProperty("summary").GetString());
            Assert.Single(value.GetProperty("tags").EnumerateArray());
            var responses = value.GetProperty("responses");
            var success = Assert.Single(responses.EnumerateObject(), response => response.Name[0] == '2');
            Assert.Equal(success.Name != "204", success.Value.TryGetProperty("content", out _));
            Assert.Equal(
                "#/components/schemas/Problem",
                responses.GetProperty("default").GetProperty("content")
                    .GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString());
        });
    }

    [Fact]
    public async Task What_an_answer_may_leave_out_is_not_required()
    {
        using var document = await ReadAsync();
        var result = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("OsvResult");
        Assert.Equal(
            ["vulns", "next_page_token"],
            result.GetProperty("properties").EnumerateObject().Select(property => property.Name));
        Assert.False(result.TryGetProperty("required", out _));
    }

    [Fact]
    public async Task Failures_match_the_OpenAPI_document()
    {
        using var document = await ReadAsync();
        var declared = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("Problem")
            .GetProperty("properties").EnumerateObject().Select(property => property.Name).ToList();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(fixture.Server.GetUrl("team"), "api/v1/statistics?nonsense=1"));
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await fixture.Server.Http.SendAsync(request);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        // Those of a rule are there only if a rule hides what was asked for.
        Assert.Equal(
            declared.Except(["rule", "entry", "until"]),
            problem.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Statistics_take_the_parameters_that_the_document_names()
    {
        using var document = await ReadAsync();
        var named = document.RootElement.GetProperty("paths").GetProperty("/api/v1/statistics").GetProperty("get")
            .GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()!);
        Assert.Equal(["from", "to", "project", "by", "top", "format"], named);
    }

    async Task<JsonDocument> ReadAsync() => JsonDocument.Parse(
        await fixture.Server.Http.GetStringAsync(new Uri(fixture.Server.GetUrl("team"), "api/v1/openapi.json")));
}
