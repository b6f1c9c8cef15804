using System.Text.Json.Serialization;

namespace PyRepo.Server.Access;

[JsonSerializable(typeof(MemberToken))]
sealed partial class MemberTokenJson : JsonSerializerContext;
