using System.Text.Json.Serialization;

namespace TestRunner;

[JsonSerializable(typeof(PartResult))]
sealed partial class PartJson : JsonSerializerContext;
