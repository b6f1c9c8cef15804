using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The OpenAPI document's description of the API as a whole.</summary>
static class ApiDescription
{
    const string Scheme = "password";
    const string Problem = "Problem";

    /// <summary>Sets the title, and how clients say who they are.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = operation => operation.HttpMethod != HttpMethods.Head;
        options.AddSchemaTransformer(LeaveOutNullAsync);
        options.AddDocumentTransformer(DescribeAsync);
    }

    /// <summary>Where a property would be null, bodies do not have it: then it is not required.</summary>
    static Task LeaveOutNullAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        schema.Required?.ExceptWith(
            context.JsonTypeInfo.Properties.Where(each => each.IsGetNullable).Select(each => each.Name));
        return Task.CompletedTask;
    }

    static async Task DescribeAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        // Relative to the document, so that it is right behind any Ingress.
        document.Servers = [new OpenApiServer { Url = "../../" }];
        document.Info = new OpenApiInfo
        {
            Title = "PyRepo",
            Version = "v1",
            Description = "The API of a repository besides the Simple API and uploads.",
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
        document.AddComponent(
            Problem, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken));
        DescribeFailures(document);
    }

    static void DescribeFailures(OpenApiDocument document)
    {
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations ?? []).Select(o => o.Value))
        {
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "A failure.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] =
                        new OpenApiMediaType { Schema = new OpenApiSchemaReference(Problem, document) },
                },
            };
        }
    }

    /// <summary>Adds query parameters, all of them optional, which an endpoint reads itself.</summary>
    public static Task AddQueryAsync(
        OpenApiOperation operation, IReadOnlyList<(string Name, string Description)> parameters)
    {
        operation.Parameters ??= [];
        foreach (var (name, description) in parameters)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
        return Task.CompletedTask;
    }
}
