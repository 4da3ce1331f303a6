namespace Lineup.Training;

/// <summary>Training that cannot begin or go on. The message says what happened and what to try, and is fit to be shown to a user.</summary>
public sealed class TrainingException(string message, Exception? inner = null) : Exception(message, inner);
