namespace PyRepo.Operator.Settings;

/// <summary>What is wrong with the settings, in a sentence.</summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);
