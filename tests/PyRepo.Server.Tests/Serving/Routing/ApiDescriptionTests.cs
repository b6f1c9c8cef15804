using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PyRepo.Server.Tests.Serving.Routing;

public sealed class ApiDescriptionTests
{
    /// <summary>Tests have reflection to fall back on. The server has none: its OpenAPI document would be a 500.
    /// </summary>
    [Fact]
    public void Each_body_that_an_endpoint_describes_has_generated_JSON_metadata()
    {
        var services = AccessWorld.GetServices();
        var bodies = AccessWorld.Map(services).SelectMany(endpoint => endpoint.Metadata).Select(GetBody).OfType<Type>()
            .Where(type => type != typeof(void)).ToHashSet();
        var served = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var generated = new JsonSerializerOptions(served);
        foreach (var fallback in served.TypeInfoResolverChain.OfType<DefaultJsonTypeInfoResolver>())
            generated.TypeInfoResolverChain.Remove(fallback);
        Assert.NotEmpty(bodies);
        Assert.Empty(bodies.Where(body => !generated.TryGetTypeInfo(body, out _)).Select(body => body.Name));
    }

    static Type? GetBody(object metadata) => metadata switch
    {
        IAcceptsMetadata accepts => accepts.RequestType,
        IProducesResponseTypeMetadata produces => produces.Type,
        _ => null,
    };
}
