using Tomlyn.Model;
using Tomlyn.Serialization;

namespace PyRepo.Server.Commands.LockFiles;

/// <summary>Reads TOML, without reflection.</summary>
[TomlSerializable(typeof(TomlTable))]
sealed partial class LockToml : TomlSerializerContext;
