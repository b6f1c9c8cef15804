using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Metrics;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// The API of one cluster. Names are checked before they become paths (<see cref="ArgumentException"/>). A 429, and a
/// 5xx with Retry-After, is retried, <see cref="ApiSender.MaxTries"/> times at most. A failure is a
/// <see cref="KubernetesException"/> (the server rejected the request), <see cref="HttpRequestException"/> (it can't be
/// reached),
/// <see cref="IOException"/> (its answer ended early), <see cref="TimeoutException"/> (it was silent) or
/// <see cref="System.Text.Json.JsonException"/> (an object holds what its record can't).
/// </summary>
/// <remarks>If a kind's record is <see cref="PartialObjectMetadata"/>, only the metadata are requested.</remarks>
/// <param name="connection">The way there.</param>
/// <param name="clock">For deadlines.</param>
/// <param name="logger">Told of objects that can't be read.</param>
/// <param name="mayWrite">
/// Asked before each request that changes something; false: <see cref="NotLeadingException"/>.
/// </param>
/// <param name="metrics">Where its requests are counted, or null.</param>
public sealed partial class KubernetesClient(
    ClusterConnection connection, TimeProvider clock, ILogger? logger = null, Func<bool>? mayWrite = null,
    MetricRegistry? metrics = null)
    : IDisposable
{
    const string PageSize = "500";
    const int MaxExpiredLists = 3;
    const int MinWatchSeconds = 300;
    const int MaxWatchSeconds = 600;
    static readonly TimeSpan _watchGrace = TimeSpan.FromSeconds(30);
    readonly ApiSender _sender = new(connection, clock, mayWrite, metrics);
    readonly UnreadableObjects _unreadable = new(clock, logger ?? NullLogger.Instance);

    /// <summary>The owner of the fields that are applied.</summary>
    public static string FieldManager => "pyrepo-operator";

    /// <inheritdoc cref="ServerClock"/>
    public DateTimeOffset ServerTime => _sender.ServerTime;

    /// <summary>One object; null: there is none.</summary>
    public async Task<T?> GetAsync<T>(ResourceType<T> type, ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var request = new ApiRequest(HttpMethod.Get, ApiPath.Create(type, key)) { Accept = ObjectReader<T>.Accept };
        try
        {
            return await SendAsync(type, request, cancellationToken);
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>A JSON document that is no object of a kind, such as <c>/openid/v1/jwks</c>.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<JsonElement> GetDocumentAsync(string path, CancellationToken cancellationToken)
    {
        // As kubectl: what has a media type of its own is a 406 to those who accept application/json alone.
        var request = new ApiRequest(HttpMethod.Get, path) { Accept = "application/json, */*" };
        return JsonElement.Parse(await _sender.SendAsync(request, cancellationToken));
    }

    /// <summary>All objects, page by page. One that can't be read as its record is left out, with a warning.</summary>
    /// <param name="type">Their kind.</param>
    /// <param name="ns">Their namespace; null or empty: all.</param>
    /// <param name="selection">Which of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<ObjectList<T>> ListAsync<T>(
        ResourceType<T> type, string? ns, ListOptions? selection, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        ListAsync(type, ns, selection, static () => static item => item, cancellationToken);

    /// <summary>
    /// The same; of each object, as soon as it is read, only a part is kept, or nothing. Each try to list begins anew.
    /// </summary>
    public async Task<ObjectList<T>> ListAsync<T>(
        ResourceType<T> type, string? ns, ListOptions? selection, Func<Func<T, T?>> begin,
        CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        ArgumentNullException.ThrowIfNull(begin);
        for (var expired = 1; ; expired++)
        {
            try
            {
                return await ListOnceAsync(type, ns, selection, begin(), cancellationToken);
            }
            catch (KubernetesException error) when (error.IsExpired && expired < MaxExpiredLists)
            {
                // The list changed too much while it was read; it starts over.
            }
        }
    }

    /// <summary>
    /// Returns the events after a resourceVersion, until the server ends the watch (5 to 10 minutes). Objects that
    /// can't be read as their record are left out, with a warning.
    /// </summary>
    /// <exception cref="KubernetesException">The server rejected the request, or sent an ERROR event.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(ResourceType<T> type, string? ns, ListOptions? selection,
        string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        await using var watch = await OpenWatchAsync(type, ns, selection, resourceVersion, cancellationToken);
        while (await watch.ReadAsync() is { } line)
        {
            if (line.Object is { } read)
                yield return new(line.Type, read);
            else if (line.Type is WatchEventType.Bookmark && watch.ToBookmark(line.Metadata) is { } bookmark)
                yield return new(line.Type, bookmark);
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => connection.Dispose();

    /// <summary>Begins a watch. It is not retried: the caller decides what to do if it is rejected.</summary>
    internal async Task<WatchStream<T>> OpenWatchAsync<T>(ResourceType<T> type, string? ns, ListOptions? selection,
        string resourceVersion, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var seconds = Random.Shared.Next(MinWatchSeconds, MaxWatchSeconds + 1);
        var query = Query(selection, ("watch", "true"), ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", seconds.ToString(CultureInfo.InvariantCulture)), ("resourceVersion", resourceVersion));
        var request = new ApiRequest(HttpMethod.Get, ApiPath.OfAll(type, ns) + query)
        {
            Accept = ObjectReader<T>.Accept,
        };
        var response = await _sender.OpenAsync(request, cancellationToken);
        var length = TimeSpan.FromSeconds(seconds) + _watchGrace;
        return await WatchStream<T>.OpenAsync(response, Reader(type), length, clock, cancellationToken);
    }

    /// <summary>
    /// Whether the server has reached a version. A watch from one that it has not reached begins well, and is silent
    /// until it has: what happens before is lost.
    /// </summary>
    internal async Task<bool> HasReachedAsync<T>(ResourceType<T> type, string? ns, ListOptions? selection,
        string resourceVersion, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var query = Query(selection, ("limit", "1"), ("resourceVersion", resourceVersion),
            ("resourceVersionMatch", "NotOlderThan"));
        var request = new ApiRequest(HttpMethod.Get, ApiPath.OfAll(type, ns) + query)
        {
            Accept = ObjectReader<T>.AcceptList,
        };
        try
        {
            await _sender.SendAsync(request, cancellationToken);
            return true;
        }
        catch (KubernetesException error) when (error.IsExpired)
        {
            return false;
        }
    }

    async Task<ObjectList<T>> ListOnceAsync<T>(
        ResourceType<T> type, string? ns, ListOptions? selection, Func<T, T?> keep, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var items = new List<T>();
        var unreadable = new List<ObjectKey>();
        var reader = Reader(type);
        var next = "";
        while (true)
        {
            var limit = selection?.Limit?.ToString(CultureInfo.InvariantCulture) ?? PageSize;
            var query = Query(selection, ("limit", limit), ("continue", next));
            var request = new ApiRequest(HttpMethod.Get, ApiPath.OfAll(type, ns) + query)
            {
                Accept = ObjectReader<T>.AcceptList,
            };
            var page = new ListPage<T>(reader, Take, unreadable.Add);
            await _sender.SendAsync(
                request,
                async (content, token) => await page.ReadAsync(await content.ReadAsStreamAsync(token), token),
                cancellationToken);
            if (string.IsNullOrEmpty(page.Metadata.Continue) || selection?.Limit is not null)
                return new(page.Metadata.ResourceVersion ?? "", items, unreadable);
            next = page.Metadata.Continue;
        }

        void Take(T item)
        {
            if (keep(item) is { } kept)
                items.Add(kept);
        }
    }

    async Task<T> SendAsync<T>(ResourceType<T> type, ApiRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        Reader(type).Read(await _sender.SendAsync(request, cancellationToken));

    ObjectReader<T> Reader<T>(ResourceType<T> type)
        where T : KubernetesObject => new(type, _unreadable);

    static string Query(ListOptions? selection, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        var query = "";
        foreach (var (name, value) in parameters)
            Append(name, value);
        Append("labelSelector", selection?.LabelSelector);
        Append("fieldSelector", selection?.FieldSelector);
        return query;

        void Append(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }
    }
}

/// <summary>An event of a watch.</summary>
/// <param name="Type">The kind of event.</param>
/// <param name="Object">The object after it; of a bookmark only the resourceVersion counts.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object)
    where T : KubernetesObject;

/// <summary>All objects of a list, of all its pages.</summary>
/// <param name="ResourceVersion">From where to watch on.</param>
/// <param name="Items">The objects.</param>
/// <param name="Unreadable">Objects that are there, but hold what their record can't (logged as warnings).</param>
public sealed record ObjectList<T>(string ResourceVersion, IReadOnlyList<T> Items, IReadOnlyList<ObjectKey> Unreadable)
    where T : KubernetesObject;
