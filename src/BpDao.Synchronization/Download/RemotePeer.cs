using BpDao.Consensus;

namespace BpDao.Synchronization;

/// <summary>A peer that questions are put to: what it claims, what is under way, and whether it is worth asking. Thread-safe.</summary>
internal sealed class RemotePeer(ISyncPeer wire, TimeProvider time)
{
    /// <summary>Questions under way at one time.</summary>
    public const int MostUnderWay = 4;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Unanswered questions in a row until it is left alone for a while.
    private const int MostSilences = 2;
    private const int PointsOfSilence = 5;
    private static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Question> _open = [];
    private TimeSpan _lag;
    private ulong _nextId = 1;
    private int _silences;
    private bool _closed;
    private bool _refused;
    private bool _hasDisappointed;
    private int _unanswered;
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;

    public PeerId Id => wire.Id;

    /// <summary>The head it claims; null before it told. A claim costs nothing, so it only steers questions.</summary>
    public ulong? Tip { get; private set; }

    public int UnderWay
    {
        get
        {
            lock (_lock) return _open.Count;
        }
    }

    /// <summary>How long it took for the last thing that was asked of it, its tip aside, which costs nothing to tell.</summary>
    public TimeSpan Lag
    {
        get
        {
            lock (_lock) return _lag;
        }
    }

    /// <summary>May be asked now.</summary>
    public bool IsAvailable
    {
        get
        {
            lock (_lock) return !_closed && !_refused && time.GetUtcNow() >= _restsUntil;
        }
    }

    /// <summary>May be asked now, and has not failed in this session to show what it claims: only such a claim may hold anything up.</summary>
    public bool IsCredible
    {
        get
        {
            lock (_lock) return IsAvailable && !_hasDisappointed;
        }
    }

    /// <summary>It was caught lying: nothing it says is used in this session.</summary>
    public bool IsRefused
    {
        get
        {
            lock (_lock) return _refused;
        }
    }

    public void Claim(ulong number) => Tip = number;

    /// <summary>It has no block of that number, whatever it claimed.</summary>
    public void Disclaim(ulong number)
    {
        lock (_lock) _hasDisappointed = true;
        if (Tip >= number) Tip = number - 1;
    }

    /// <summary>Nothing of what it sends is used any more.</summary>
    public void Refuse(string reason)
    {
        lock (_lock) _refused = true;
        wire.Penalise(PointsOfForgery, reason);
    }

    /// <summary>Puts a question and waits for its answer; null when there is none: silence, a malformed one, a full queue, an end of the session.</summary>
    public async Task<TAnswer?> AskAsync<TAnswer>(int code, ulong start, ulong count, CancellationToken cancellationToken)
        where TAnswer : SyncAnswer
    {
        Question question = new(code + 1);
        ulong id;
        lock (_lock)
        {
            if (_closed || _open.Count >= MostUnderWay) return null;
            id = _nextId++;
            _open.Add(id, question);
        }

        bool isSilent = true;
        long asked = time.GetTimestamp();
        try
        {
            if (!wire.TrySend(code, SyncMessageCodec.Encode(code, new SyncQuestion(id, start, count)))) return null;
            SyncAnswer? answer = await question.Answer.Task.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
            isSilent = answer is null;
            return answer as TAnswer;
        }
        catch (TimeoutException)
        {
            wire.Penalise(PointsOfSilence, $"no answer to question {code:x}");
            return null;
        }
        catch (OperationCanceledException)
        {
            isSilent = false;
            throw;
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(id);
                if (code != SyncMessageCode.GetTip)
                {
                    _lag = time.GetElapsedTime(asked);
                    // Tips between them do not count: they cost nothing to tell.
                    if (isSilent && ++_unanswered >= MostSilences) _hasDisappointed = true;
                }

                _silences = isSilent ? _silences + 1 : 0;
                if (_silences >= MostSilences) (_restsUntil, _silences) = (time.GetUtcNow() + LeftAlone, 0);
            }
        }
    }

    /// <summary>Its answer has not come yet.</summary>
    /// <param name="code">Of the answer.</param>
    public bool IsAwaited(ulong id, int code)
    {
        lock (_lock) return _open.TryGetValue(id, out Question? question) && question.Code == code && !question.Answer.Task.IsCompleted;
    }

    public void Complete(SyncAnswer answer) => Find(answer.Id)?.Answer.TrySetResult(answer);

    /// <summary>Its answer could not be read.</summary>
    public void Fail(ulong id) => Find(id)?.Answer.TrySetResult(null);

    /// <summary>The session has ended.</summary>
    public void Close()
    {
        Question[] open;
        lock (_lock)
        {
            _closed = true;
            open = [.. _open.Values];
        }

        foreach (Question question in open) question.Answer.TrySetResult(null);
    }

    private const int PointsOfForgery = 50;

    private Question? Find(ulong id)
    {
        lock (_lock) return _open.GetValueOrDefault(id);
    }

    /// <param name="code">Of the answer.</param>
    private sealed class Question(int code)
    {
        public int Code => code;

        public TaskCompletionSource<SyncAnswer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
