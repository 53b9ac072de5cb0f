using BpDao.Core;
using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>A question of a peer, decoded and within bounds.</summary>
internal readonly record struct Question(int Code, ulong Id, HeadersQuery Query, IReadOnlyList<Hash256> Hashes);

/// <summary>Questions of one peer over eth. It has a budget of bytes and waits when that is spent; few are served at one time, whoever asks.</summary>
internal sealed class QuestionQueue : IDisposable
{
    /// <summary>What a question costs beside its answer: finding nothing is work as well.</summary>
    private const int BytesOfQuestion = 1024;

    private readonly IPeer _peer;
    private readonly int _version;
    private readonly EthService _service;
    private readonly PacedQueue<Question> _waiting;

    public QuestionQueue(IPeer peer, int version, EthService service)
    {
        (_peer, _version, _service) = (peer, version, service);
        TokenBucket budget = new(service.Time, service.Options.ServedBytesPerSecond, service.Options.ServedBurstBytes);
        _waiting = new PacedQueue<Question>(service.Options.WaitingQuestions, budget, ServeAsync, fault => service.Fail(peer, fault), service.Time);
    }

    /// <summary>False when too many wait.</summary>
    public bool TryAdd(in Question question) => _waiting.TryAdd(question);

    /// <summary>What waits is not served any more.</summary>
    public void Dispose() => _waiting.Dispose();

    private async ValueTask<long> ServeAsync(Question question, CancellationToken ended)
    {
        byte[] answer;
        await _service.Serving.WaitAsync(ended).ConfigureAwait(false);
        try
        {
            answer = AnswerTo(question);
        }
        finally
        {
            _service.Serving.Release();
        }

        _peer.TrySend(new Capability(EthProtocol.Name, _version), AnswerCode(question.Code), answer);
        return answer.Length + BytesOfQuestion;
    }

    private byte[] AnswerTo(in Question question)
    {
        using WorkScope work = WorkClock.Begin(WorkKind.GossipSent);
        return question.Code switch
        {
            EthMessage.GetBlockHeaders => _service.Server.Headers(question.Id, question.Query),
            EthMessage.GetBlockBodies => _service.Server.Bodies(question.Id, question.Hashes),
            EthMessage.GetReceipts => _service.Server.Receipts(question.Id, _version, question.Hashes),
            EthMessage.GetPooledTransactions => _service.Server.PooledTransactions(question.Id, question.Hashes),
            _ => throw new ArgumentOutOfRangeException(nameof(question), question.Code, "No question."),
        };
    }

    private static int AnswerCode(int question) => question + 1;
}
