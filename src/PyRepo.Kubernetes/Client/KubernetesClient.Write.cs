using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

public sealed partial class KubernetesClient
{
    const string MergePatch = "application/merge-patch+json";
    static readonly string _fieldManager = $"?fieldManager={FieldManager}";

    /// <summary>Server-side apply: makes the object hold these fields, whoever wrote them last.</summary>
    /// <returns>The object after it.</returns>
    public Task<T> ApplyAsync<T>(ResourceType<T> type, T desired, CancellationToken cancellationToken)
        where T : KubernetesObject => ApplyAsync(type, desired, "", cancellationToken);

    /// <summary>Server-side apply of the status alone; what else the object holds is not looked at.</summary>
    /// <inheritdoc cref="ApplyAsync{T}(ResourceType{T}, T, CancellationToken)"/>
    public Task<T> ApplyStatusAsync<T>(ResourceType<T> type, T desired, CancellationToken cancellationToken)
        where T : KubernetesObject => ApplyAsync(type, desired, "/status", cancellationToken);

    /// <summary>Makes a new object.</summary>
    /// <exception cref="KubernetesException">409 AlreadyExists: there is one.</exception>
    public Task<T> CreateAsync<T>(ResourceType<T> type, T created, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Post, ApiPath.OfNew(type, created) + _fieldManager)
        {
            Body = Write(type, created),
        }, cancellationToken);

    /// <summary>Writes a whole object.</summary>
    /// <exception cref="KubernetesException">
    /// 409 Conflict: its resourceVersion is given, and it has changed since.
    /// </exception>
    public Task<T> ReplaceAsync<T>(ResourceType<T> type, T replaced, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Put, ApiPath.Of(type, replaced.Key) + _fieldManager)
        {
            Body = Write(type, replaced),
        }, cancellationToken);

    /// <summary>Changes the fields that are named (RFC 7386); a null removes one.</summary>
    public Task<T> PatchAsync<T>(
        ResourceType<T> type, ObjectKey key, JsonNode mergePatch, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        SendAsync(type, new ApiRequest(HttpMethod.Patch, ApiPath.Of(type, key) + _fieldManager)
        {
            Body = KubernetesJson.Write(mergePatch),
            ContentType = MergePatch,
            Accept = ObjectReader<T>.Accept,
        }, cancellationToken);

    /// <summary>Deletes an object; what it owns goes after it.</summary>
    /// <param name="type">Its kind.</param>
    /// <param name="key">Where it is.</param>
    /// <param name="uid">Its uid: another object of the same name stays. Null: whichever it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False: it was gone already.</returns>
    public async Task<bool> DeleteAsync<T>(
        ResourceType<T> type, ObjectKey key, string? uid, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var options = new DeleteOptions { Preconditions = uid is null ? null : new(uid) };
        var request = new ApiRequest(HttpMethod.Delete, ApiPath.Of(type, key))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(options, ClientJson.Default.DeleteOptions),
        };
        try
        {
            await _sender.SendAsync(request, cancellationToken);
            return true;
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            return false;
        }
        catch (KubernetesException error) when (error.Status is HttpStatusCode.Conflict && uid is not null)
        {
            var metadata = await GetAsync(type.ToMetadataOnly(), key, cancellationToken);
            if (metadata?.Metadata.Uid == uid)
                throw;
            return false;
        }
    }

    Task<T> ApplyAsync<T>(ResourceType<T> type, T desired, string subresource, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        var path = $"{ApiPath.Of(type, desired.Key)}{subresource}{_fieldManager}&force=true";
        return SendAsync(type, new ApiRequest(HttpMethod.Patch, path)
        {
            Body = Write(type, desired),
            ContentType = "application/apply-patch+yaml",
        }, cancellationToken);
    }

    static byte[] Write<T>(ResourceType<T> type, T written)
        where T : KubernetesObject =>
        KubernetesJson.Write(written with { ApiVersion = type.ApiVersion, Kind = type.Kind }, type.Json);
}
