using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;

namespace PyRepo.Server.LockFiles;

/// <summary>Reads TOML, without reflection.</summary>
[TomlSourceGenerationOptions(DuplicateKeyHandling = TomlDuplicateKeyHandling.Error)]
[TomlSerializable(typeof(TomlTable))]
sealed partial class LockToml : TomlSerializerContext;
