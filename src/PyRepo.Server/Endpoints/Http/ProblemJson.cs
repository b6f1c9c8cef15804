using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Endpoints.Http;

[JsonSerializable(typeof(ProblemBody))]
sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>Writes quotes unescaped, because nothing interprets the output as HTML.</summary>
    public static ProblemJson Readable { get; } =
        new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
