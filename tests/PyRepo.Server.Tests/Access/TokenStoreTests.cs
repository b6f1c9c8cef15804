using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Tests.Serving.Moving;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class TokenStoreTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    readonly TokenStore _store;
    readonly TokenStore _replica;

    public TokenStoreTests() => (_store, _replica) = (Open(), Open());

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_token_is_known_at_once_here_and_within_two_seconds_by_another_replica()
    {
        Assert.Empty((await _replica.ReadAsync(None)).Tokens);
        var token = Made("ci");
        Assert.True(await _store.AddAsync(token, None));
        Assert.Equal([token.Id], await IdsAsync(_store));
        Assert.Empty(await IdsAsync(_replica));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([token.Id], await IdsAsync(_replica));
        var read = (await _replica.ReadAsync(None)).Tokens.Single();
        Assert.Equal(token with { Projects = read.Projects }, read);
        Assert.Equal(token.Projects!, read.Projects!);
    }

    [Fact]
    public async Task A_revoked_token_ends_within_two_seconds_in_all_replicas()
    {
        var token = Made("ci");
        await _store.AddAsync(token, None);
        Assert.Single(await IdsAsync(_replica));
        Assert.True(await _store.RemoveAsync(token.Id, None));
        Assert.Empty(await IdsAsync(_store));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(await IdsAsync(_replica));
        Assert.False(await _replica.RemoveAsync(token.Id, None));
        Assert.False(await _store.RemoveAsync("never-existed", None));
    }

    [Fact]
    public async Task A_burned_token_is_seen_by_another_replica_within_two_seconds()
    {
        Assert.Empty((await _replica.ReadAsync(None)).Burned);
        await _store.BurnAsync("a", _clock.GetUtcNow().AddMinutes(15), None);
        await _store.BurnAsync("a", _clock.GetUtcNow().AddMinutes(15), None);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["a"], (await _replica.ReadAsync(None)).Burned.Keys);
        // It is forgotten when it would have expired anyway.
        _clock.Advance(TimeSpan.FromMinutes(15));
        await _replica.BurnAsync("b", _clock.GetUtcNow().AddMinutes(15), None);
        Assert.Equal(["b"], (await _replica.ReadAsync(None)).Burned.Keys);
    }

    [Fact]
    public async Task Changes_of_several_replicas_are_all_kept()
    {
        var replicas = Enumerable.Range(0, 4).Select(_ => Open()).ToList();
        foreach (var replica in replicas)
            await replica.ReadAsync(None);
        foreach (var (i, replica) in replicas.Index())
        {
            Assert.True(await replica.AddAsync(Made($"token {i}"), None));
            await replica.BurnAsync($"burned {i}", _clock.GetUtcNow().AddMinutes(15), None);
        }
        var all = await Open().ReadAsync(None);
        Assert.Equal((4, 4), (all.Tokens.Count, all.Burned.Count));
    }

    [Fact]
    public async Task Changes_that_wait_for_one_another_are_written_together()
    {
        var (isFirst, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var committed = new CommittedKeys(new DirectoryStore(_folder.Path))
        {
            BeforeCommit = _ =>
            {
                isFirst.TrySetResult();
                return goOn.Task;
            },
        };
        var store = new TokenStore(committed, _clock);
        var first = store.AddAsync(Made("first"), None);
        await isFirst.Task;
        var others = Enumerable.Range(0, 20).Select(i => store.AddAsync(Made($"{i}"), None)).ToList();
        var same = Enumerable.Range(0, 2).Select(_ => store.TryUseAsync("jti", _clock.GetUtcNow().AddHours(1), None));
        var used = Task.WhenAll([.. same]);
        goOn.SetResult();
        Assert.All(await Task.WhenAll([first, .. others]), Assert.True);
        Assert.Equal("True, False", string.Join(", ", await used));
        Assert.Equal(2, committed.Keys.Count);
        Assert.Equal(21, (await _replica.ReadAsync(None)).Tokens.Count);
    }

    [Fact]
    public async Task A_change_is_acknowledged_only_by_a_process_that_still_has_its_part_in_the_store()
    {
        var store = new TokenStore(new DirectoryStore(_folder.Path), _clock)
        {
            ConfirmWriteAsync = _ => throw new StoreUnavailableException("It was erased."),
        };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AddAsync(Made("ci"), None));
    }

    [Fact]
    public async Task A_change_that_always_loses_the_race_is_told_to_retry()
    {
        var store = new TokenStore(
            new CommittedKeys(new DirectoryStore(_folder.Path))
            {
                BeforeCommit = key => throw new PreconditionFailedException(key),
            },
            _clock);
        await Assert.ThrowsAsync<AuthenticationUnavailableException>(() => store.AddAsync(Made("ci"), None));
    }

    [Fact]
    public async Task Expired_tokens_make_room()
    {
        Assert.True(await _store.AddAsync(Made("old") with { Expires = _clock.GetUtcNow().AddHours(1) }, None));
        _clock.Advance(TimeSpan.FromHours(1));
        var token = Made("new");
        Assert.True(await _store.AddAsync(token, None));
        Assert.Equal([token.Id], await IdsAsync(_store));
    }

    [Fact]
    public async Task There_are_at_most_1000_tokens()
    {
        var document = new TokenDocument
        {
            Tokens = [.. Enumerable.Range(0, 999).Select(i => Made($"{i}") with { User = $"{i % 9}" })],
        };
        _folder.Write("tokens/tokens.json", System.Text.Json.JsonSerializer.Serialize(
            document, AccessJson.Default.TokenDocument));
        Assert.True(await _store.AddAsync(Made("the last one"), None));
        Assert.False(await _store.AddAsync(Made("one too many"), None));
        Assert.Equal(TokenStore.MaxTokens, (await _replica.ReadAsync(None)).Tokens.Count);
    }

    [Fact]
    public async Task One_owner_cannot_use_up_all_tokens()
    {
        for (var i = 0; i < TokenStore.MaxTokensOfOwner; i++)
            Assert.True(await _store.AddAsync(Made($"{i}"), None));
        Assert.False(await _store.AddAsync(Made("one too many"), None));
        Assert.True(await _store.AddAsync(Made("another's") with { User = "bob" }, None));
    }

    [Fact]
    public async Task A_token_used_on_one_replica_is_used_up_on_all()
    {
        var expires = _clock.GetUtcNow().AddMinutes(5);
        Assert.True(await _store.TryUseAsync("jti", expires, None));
        Assert.False(await _replica.TryUseAsync("jti", expires, None));
        Assert.True(await _replica.TryUseAsync("another", expires, None));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"tokens":null,"burned":null}""")]
    public async Task A_document_without_tokens_is_empty(string text)
    {
        _folder.Write("tokens/tokens.json", text);
        var read = await _store.ReadAsync(None);
        Assert.Empty(read.Tokens);
        Assert.Empty(read.Burned);
        Assert.True(await _store.AddAsync(Made("first"), None));
    }

    [Fact]
    public async Task A_damaged_document_lets_nobody_in()
    {
        _folder.Write("tokens/tokens.json", """{"tokens":[{"id":"a" """);
        await Assert.ThrowsAsync<AuthenticationUnavailableException>(() => _store.ReadAsync(None).AsTask());
        await Assert.ThrowsAsync<AuthenticationUnavailableException>(() => _store.AddAsync(Made("ci"), None));
    }

    [Fact]
    public async Task No_secret_is_stored()
    {
        var made = NewApiToken.Create("ci", Role.Reader, null, null, _clock.GetUtcNow(), out _)!;
        await _store.AddAsync(made.Token, None);
        var text = await File.ReadAllTextAsync(_folder["tokens/tokens.json"]);
        Assert.Contains(made.Token.Id, text, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Text.Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Text.Secret, $"{made} {made.Token}", StringComparison.Ordinal);
    }

    TokenStore Open() => new(new DirectoryStore(_folder.Path), _clock);

    ApiToken Made(string name)
    {
        var made = NewApiToken.Create(name, Role.Publisher, ["acme-*"], "30d", _clock.GetUtcNow(), out _)!;
        return made.Token with { User = "alice" };
    }

    static async Task<string[]> IdsAsync(TokenStore store) =>
        [.. (await store.ReadAsync(None)).Tokens.Select(token => token.Id)];
}
