namespace PyRepo.Operator.Settings;

/// <summary>The settings are wrong. The message shows how.</summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);
