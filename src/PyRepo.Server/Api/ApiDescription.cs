using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace PyRepo.Server.Api;

/// <summary>What the OpenAPI document says about the API as a whole.</summary>
static class ApiDescription
{
    const string Scheme = "password";

    /// <summary>Sets the title, and how clients say who they are.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = operation => operation.HttpMethod != HttpMethods.Head;
        options.AddDocumentTransformer((document, _, _) => DescribeAsync(document));
    }

    static Task DescribeAsync(OpenApiDocument document)
    {
        // Relative to the document, so that it is right behind any Ingress.
        document.Servers = [new OpenApiServer { Url = "../../" }];
        document.Info = new OpenApiInfo
        {
            Title = "PyRepo",
            Version = "v1",
            Description = "What a repository offers besides the Simple API and uploads. A failure has the status, "
                + "and a JSON body with a message.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "A user name and a password, or the user '__token__' and a token.",
        };
        document.Security =
            [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }
}
