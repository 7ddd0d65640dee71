/**
 * Every bound of the program, with its reason. Durations end in Ms, sizes in Bytes or Max. Nothing else in `src/` may invent one.
 */
export const limits = {
  /** GitHub refuses longer ones with 422; in code points (github-facts §1.1). */
  statusDescriptionMax: 140,
  /** A condition's text is for one line of a description or one fenced block; Fleet's can be 1 MB. */
  conditionMessageMax: 2_000,
  /** Names in texts: three fit into 140 characters; a page can show more. */
  listedClustersMax: 20,
  namesInDescriptionMax: 3,
  reasonsMax: 20,
  /** Design §5: commits that wait for a descendant's outcome, for each stream. */
  replacedMax: 50,
  /** Design §5: pull requests of one rollout. */
  pullRequestsMax: 100,
  /** Design §7: a message as stored. */
  messageBytesMax: 4_096,
  /** Design §7: `order: every`, for each stream. */
  queuedMessagesMax: 200,
  /** Design §7: one part of a Delivery; etcd's own limit is 1.5 MB, and a write of 64 KiB takes some 10 ms. */
  deliveryBytesMax: 65_536,
  /** Design §7: commits of one repository that are remembered. */
  knownCommitsMax: 10_000,
  /** GitRepos whose rules are kept; beyond that all are forgotten and made again when they are asked for. Ten times a thousand of them. */
  gitReposKnownMax: 10_000,
  /** Addresses of repositories whose parts are remembered, as above: ten times what Fleet's documentation advises to watch (fleet-facts §5). */
  parsedRepositoriesMax: 1_000,
  /** Receivers' answers are read for their status and a short error text only. */
  responseBytesMax: 65_536,
  /** GitHub cuts requests at 10 s: an attempt of unknown outcome is settled after that (design §7). */
  gitHubRequestMs: 10_000,
  /** Fleet's defaults (fleet-facts §1.1, §2.4). */
  pollingIntervalDefaultMs: 15_000,
  checkinIntervalDefaultMs: 900_000,
  /** A day: three of them are how late "offline" is told. */
  checkinIntervalMaxMs: 86_400_000,
  /** Design §4: ClusterOffline. */
  offlineMinMs: 2_700_000,

  // -- core/history
  /** Design §7: Fleet may poll before GitHub's API shows a commit; until then it is "unknown for now". */
  commitUnknownForNowMs: 300_000,
  /** Design §7: a commit or repository that is not on GitHub is asked for again hourly. */
  askAgainMs: 3_600_000,
  /** While a commit is unknown for now, GitHub is asked this often. */
  askUnknownCommitMs: 10_000,
  /** A question that could not be answered is asked again between these (doubling). */
  askRetryMinMs: 1_000,
  askRetryMaxMs: 300_000,
  /** A branch's head is asked for at most this often for each branch. */
  branchHeadMs: 15_000,
  /** Answered and open questions that are remembered; an answered one costs some 200 bytes. */
  inquiriesMax: 20_000,
  // -- core/delivery
  /** One stream's waiting messages may fill a part of their own, with room for the stream itself: some 40 messages. */
  queuedBytesMax: 57_344,
  /** Epochs opened in a row by attempts of unknown outcome; more than a handful means a receiver that never answers. */
  possibleMax: 20,
  /** An acknowledgement that no other write carries is written after this quiet time. */
  acknowledgementFlushMs: 1_000,
  /** Design §7: retries, from 1 s to 15 min, full jitter. */
  retryMinMs: 1_000,
  retryMaxMs: 900_000,
  /** Design §7: giving up exists for `order: every` alone. */
  giveUpMs: 259_200_000,
  /** Design §7: what cannot heal is tried again after this: 5 min for a Secret, 1 h else. */
  parkedSecretMs: 300_000,
  parkedMs: 3_600_000,
  /** After an attempt of unknown outcome nothing is written before this has passed since it began (GitHub cuts requests there). */
  unknownOutcomeMs: 10_000,
  /** Requests in flight to one endpoint. */
  endpointInFlightMax: 64,
  /** Messages in flight to one GitHub owner: writes go one a second, and what waits for its turn there can no longer give way to an outcome. */
  gitHubInFlightMax: 8,
  /** Accounts of Notifications whose clients are kept; one that is used again is connected again. */
  gitHubAccountsMax: 100,
  /** Accounts that are asked about one repository's history, where its GitRepos have several: each costs a request. */
  accountsAskedMax: 3,
  /** An answer of a GitHub that a Notification names: a page of 100 pull requests with texts of 64 KiB has 7 MiB. */
  gitHubAnswerBytesMax: 16 * 2 ** 20,
  /** Failures in a row after which an endpoint gets one probe at a time. */
  breakerFailures: 5,
  /** A dead endpoint is probed at least this often. */
  breakerPauseMaxMs: 60_000,
  /** A rollout that has not been applied for this long is shown as pending even if it may turn out to change nothing (design §5). */
  pendingAfterMs: 30_000,
  /** A pending description that changes is written at most this often: 1,000 statuses for one commit and context are GitHub's end. */
  pendingUpdateMs: 30_000,
  /** Slots whose content is known to this process; one costs some 150 bytes. */
  slotsKnownMax: 20_000,
  /** GitHub delivers no larger webhook (github-facts §1.9). */
  hookBytesMax: 26_214_400,
  /** Ids of handled webhooks that are remembered; GitHub redelivers on request only. */
  hooksRememberedMax: 10_000,
  /** A request to our own servers: GitHub itself gives up after 10 s (30 s on a GHES). */
  requestInMs: 30_000,
  /** What a refused request still sends is read for so long before it is cut: time for the answer to arrive. */
  refusedBodyMs: 1_000,
  /** Connections that are still open after this are cut at shutdown. */
  serverCloseMs: 2_000,
  /** Commits of one range whose pull requests are looked for: ten pages of compare. */
  rangeCommitsMax: 1_000,
  /** Between two verdicts on a GitRepo, for each of its BundleDeployments: 10 ms for 1,000 clusters, a quarter of a second for 25,000. */
  judgePauseMs: 0.01,
  /** GitRepos are judged in one turn until they have so many BundleDeployments: some 7 ms, beside what else a turn does. */
  decidedObjectsMax: 1_000,
  /** What judging a GitRepo costs beside its BundleDeployments, counted as so many of them. */
  objectsInDecision: 50,
  /** GitHub documents none; 255 is what its column is taken to hold (github-facts §1.1). */
  statusContextMax: 255,
  /** A template as written, of which 140 code points are shown. */
  statusDescriptionSourceMax: 1_024,
  /** Pages of 100 statuses of one commit that are searched for ours. */
  statusPagesMax: 10,
  /** Deployments of a stream that are asked for the one that succeeded last: so many in a row have failed or were replaced, rarely. */
  formerDeploymentsMax: 10,
  /** Pages of 100 comments that are searched for ours: longer conversations than 5,000 comments are not GitHub's either. */
  commentPagesMax: 50,
  /** Design §2: SIGTERM to exit 0. Kubernetes kills after 30 s. */
  shutdownMs: 10_000,
  /** A Notification's status is written at most this often. */
  reportMs: 10_000,
  /** Whoever has just changed a Notification looks at what its status says: after this, several changes at once. */
  reportSoonMs: 500,
  /** Writes of a Delivery whose content is remembered: those of unknown outcome, of which a handful in a row is much. */
  ownWritesMax: 8,
  /**
   * Streams of one part. A single message waits for the write of its whole part, and a write takes longer the more is in it (measured: p50 27.5 ms
   * from the change to the request with 90, 17.2 ms with 20); a burst is still one write for twenty messages.
   */
  streamsInPartMax: 20,
  /** Endpoints whose failures are remembered. */
  endpointsMax: 1_000,
  /** Design §3: cursors of a deleted Notification are kept under its name. */
  orphanKeptMs: 86_400_000,
  /** Writes of a Delivery that fail are tried again between these. */
  saveRetryMinMs: 500,
  saveRetryMaxMs: 30_000,

  // -- core/message, core/template, http, destinations/webhook
  /** Three names and an error must fit into a description; Kubernetes allows cluster names of 253, people use 63. */
  nameInTextMax: 63,
  /** In a description an error keeps at least this much room: names give way first. */
  errorInDescriptionMin: 40,
  /** One line for a chat. */
  summaryMax: 300,
  /** A cell of a comment: `namespace/name` of Kubernetes' usual 63 each, and some room. */
  nameInCommentMax: 160,
  /** GitHub's end is 65,536 of a unit that it does not name; this satisfies every reading (github-facts §1.4). */
  commentBodyMax: 60_000,
  /** GitHub takes 65,535 characters in the page of a check run (github-facts §1.2). */
  checkRunPageMax: 65_000,
  /** GitHub shows environments as labels; 255 is what its web page takes. */
  environmentMax: 255,
  /** GitHub's OpenAPI: `event_type` has at most 100 characters. */
  dispatchEventTypeMax: 100,
  /** A template as written, in UTF-16 units; the longest of our recipes has 2,000. */
  templateSourceMax: 32_768,
  /** Blocks open at once, counted before parsing: Handlebars' parser copies its stack for every token. */
  templateOpenBlocksMax: 200,
  /** Blocks and subexpressions inside one another: people need 5; the evaluator recurses. */
  templateDepthMax: 50,
  /** Lists and objects inside one another in what templates see: the documented object has 5 levels, and printing recurses. */
  templateDataDepthMax: 100,
  /** Expressions and iterations of one rendering: 100 pull requests × 20 fields are 2,000. */
  templateStepsMax: 50_000,
  /** One rendered text in UTF-16 units; Standard Webhooks advises 20 KB, Slack takes 40,000 characters. */
  templateOutputMax: 262_144,
  /** Standard Webhooks 1.0: the bytes of a signing secret. */
  signingKeyBytesMin: 24,
  signingKeyBytesMax: 64,
  /** Connections to receivers with authorities or a certificate of their own are kept apart, for so many of them at once. */
  tlsIdentitiesMax: 64,
  /** Look-up, TCP and TLS of one connection. */
  connectMs: 5_000,
  /** Idle connections to receivers are kept this long, then closed: most servers close theirs after 5 s or more. */
  keepAliveMs: 4_000,
  /** A receiver that asks for more rest than this gets this much. */
  retryAfterMaxMs: 3_600_000,

  // -- kubernetes, telemetry
  /** One read or write of one object; the API server itself ends a request after 60 s. */
  kubernetesRequestMs: 10_000,
  /** One page of a list, however slowly it comes. */
  kubernetesPageMs: 60_000,
  /** Objects asked for in one page: at 5 to 15 KB each a page is about 1 MB. */
  kubernetesPageItemsMax: 100,
  /** One object as JSON: etcd takes 1.5 MB by default, and JSON may need more room than what is stored. */
  kubernetesObjectBytesMax: 8_388_608,
  /** One answer that is read as a whole. */
  kubernetesAnswerBytesMax: 16_777_216,
  /** How long a server's wish for rest (`Retry-After`) is honoured at most. */
  kubernetesRetryAfterMaxMs: 120_000,
  /** Tokens and certificates are read again this often (client-go: a minute), and after a 401. */
  credentialsMs: 30_000,
  /** A watch asks the server to end it after a random time between these, so that many do not come back at once (client-go: 5 to 10 min). */
  watchLifeMinMs: 240_000,
  watchLifeMaxMs: 480_000,
  /** A watch that is silent for a random time between these is taken for dead: the server sends a bookmark about every minute. */
  watchIdleMinMs: 90_000,
  watchIdleMaxMs: 120_000,
  /** A watch that was cut after this time was healthy: it is opened again at once. */
  watchShortMs: 10_000,
  /** A watch that lasted this long makes the failures before it forgotten. */
  watchHealthyMs: 60_000,
  /** Lists and watches that fail are tried again between these, doubling, with jitter. */
  reconnectMinMs: 500,
  reconnectMaxMs: 30_000,
  /** Everything is listed anew this often, ±20 %: heals what a watch has missed, and counts it. */
  relistMs: 900_000,
  /** How long decoding may hold the event loop; design §8 allows 50 ms for all that comes together. */
  turnMs: 10,
  /** Changes found by a list that are told in one turn of the event loop. */
  changesInTurnMax: 500,
  /** The Lease, as client-go's defaults: who does not renew for the duration loses it; its holder gives up before that. */
  leaseDurationMs: 15_000,
  leaseRenewDeadlineMs: 10_000,
  leaseRetryMs: 2_000,
  /** events.k8s.io/v1 refuses longer notes. */
  kubernetesEventNoteBytesMax: 1_024,
  /** The API server forgets events after an hour; the same one is written again no sooner. */
  kubernetesEventRepeatMs: 3_600_000,
  kubernetesEventsRememberedMax: 1_000,

  // -- core/notification
  /** Destinations of one Notification: one for each receiver; a stream is kept for each one and GitRepo. */
  destinationsMax: 20,
  /** Clusters whose target is remembered, for each division into targets; one costs some 150 bytes. Beyond it they are looked up anew. */
  claimsMax: 20_000,
  /** Design §4: `when`, in characters. */
  conditionMax: 1_024,
  /** Brackets of `when` inside one another: people need 5; CEL's parser recurses. */
  conditionDepthMax: 50,
  /**
   * Streams of one destination about bundles on clusters of one GitRepo, or about clusters of one namespace, that are open at once: those that
   * fail, drift or are offline, and those that are being told. At some 600 bytes each they fill ten parts of a Delivery; the others wait.
   */
  newsStreamsMax: 1_000,
  /** While some wait for others to be told they are looked at this often. */
  newsPauseMs: 1_000,
  /**
   * A GitRepo that is deployed when it is first seen was deployed before, unless it was made in this time: a watch that was cut is back, and a process that
   * was killed, within it.
   */
  newGitRepoMs: 60_000,
  /** A GitRepo that was made longer ago than this when it is first seen is not announced any more. */
  addedMsMax: 86_400_000,
  /** Clusters are looked at this often at most: each of a thousand checks in every 15 min. */
  clustersPauseMs: 1_000,
  /** Targets of one Notification: stages and regions; each is a stream and a status context of every GitRepo. */
  targetsMax: 20,
  /** Names of destinations: part of Kubernetes names and of comment markers (a DNS label). */
  destinationNameMax: 63,
  /** `gitRepos.names` and `gitRepos.namespaces`; who needs more has labels. */
  globsMax: 50,
  /** Kubernetes' own end of a name. */
  globLengthMax: 253,
  /** Entries of `matchLabels`, `matchExpressions`, and values of one expression. */
  labelTermsMax: 20,
  labelValuesMax: 50,
  /** Kubernetes' own ends: 253 for the prefix, "/", 63 for the name; 63 for a value. */
  labelKeyMax: 317,
  labelValueMax: 63,
  /** What browsers, proxies and servers agree on. */
  urlMax: 2_048,
  /** What templates make of it: servers take some 8 KiB for a request's first line. */
  urlRenderedMax: 8_000,
  headersMax: 20,
  headerNameMax: 100,
  /** Servers take 8 KiB for all headers together; ours and 20 of these stay well below. */
  headerValueMax: 256,
  /** `1h30m`: no duration that is allowed needs more. */
  durationTextMax: 20,
  /** A settle time beyond this would hide deployments rather than confirm them. */
  settleMaxMs: 600_000,
  /** Grace and deadlines: a week covers maintenance windows and long canaries. */
  deadlineMaxMs: 604_800_000,
  /** A deadline below this is over before Fleet has polled once. */
  notReadyDeadlineMinMs: 1_000,
  /** One attempt of a webhook: less is no attempt; more would outlive the lease that allowed it (design §7, fencing). */
  webhookTimeoutMinMs: 1_000,
  webhookTimeoutMaxMs: 30_000,
  /** A file of Notifications; one of 8 MiB takes some 10 s to be read as YAML. What has no end (a device, a pipe) is read no further. */
  sourceBytesMax: 8_388_608,
  /** Aliases of one YAML document: enough for any honest file, and too few to make a small one huge. */
  yamlAliasesMax: 100,
  /** Problems of one Notification that are told at once; the others follow when these are mended. */
  problemsMax: 20,
  /** Of a found value, what an error repeats. */
  foundTextMax: 60,

  // -- core/fleet, core/rollout
  /** Names, ids and label values: Kubernetes' own end at 253, Fleet's deploymentIDs at some 200, repository addresses at 500. */
  identifierMax: 512,
  /** Labels and expressions of one ClusterGroup's selector, and values of one expression: people write a handful. */
  clusterGroupTermsMax: 1_000,
  /** Ended Jobs that are remembered for each GitRepo: Fleet deletes a successful one within milliseconds. */
  endedJobsMax: 10,
  /** Changed objects that are remembered for each GitRepo, so that tracking looks at those alone; who is further behind looks at all. */
  changesMax: 4_096,
  /** Texts of BundleDeployments that are shared (ids, commits, names); beyond it sharing starts anew. */
  sharedTextsMax: 100_000,
  /** A failed Job is a failure after this: Fleet replaces a Job whose commit has moved within 5 s (fleet-facts §1.1, step 3). */
  jobFailedMs: 5_000,
  /** No error of a bundle or cluster is a failure sooner, whatever the grace: seen to last 7.3 s without being one (fleet-facts §1.6). */
  errorGraceMinMs: 10_000,
  /** What is refused (Accepted=False) is taken for the commit that Fleet polled after this; blips of 0.5 s were seen (fleet-facts §1.6). */
  refusedMs: 5_000,
  /** `status.commit` was seen up to 283 ms before its Job (fleet-facts §1.6): without a Job seen, nothing is concluded sooner. */
  watchLagMs: 2_000,
  /** Fleet-facts §1.3: with a longer polling interval a confirming poll would never come in time. */
  confirmingPollMaxMs: 60_000,
  /** GitHub showed another head than the commit that was just deployed: Fleet is about to follow; so long its word is waited for. */
  branchHeadMovedMs: 60_000,
  /** A head that denies a commit that went back is asked for again after this. */
  branchHeadAgainMs: 300_000,
  /** A cluster that was ready for less has not recovered (a crash loop): its deadline runs on. */
  steadyMs: 15_000,
  /** What has been wrong for this long is stored, so that a restart does not postpone its deadline; most rollouts never get here. */
  storedSinceMs: 30_000,
  /** Clusters whose trouble is stored: one that fails is enough for the rollout to fail. */
  storedTroublesMax: 4,
  /** Of a failed Job's text, what is stored. */
  storedMessageMax: 300,

  // -- setup
  /** For a person to read GitHub's page and press its button; GitHub's code is good for an hour. */
  setupMs: 900_000,
  /** Tries to store the App's keys, which GitHub tells once. */
  setupStoreTries: 3,

  // -- github
  /** GitHub asks for at least a minute where a secondary limit says nothing else (github-facts §1.7). */
  secondaryLimitMs: 60_000,
  /** Of GitHub's own words, what a log line or a condition repeats. */
  gitHubReasonMax: 300,
  /** Which installation has a repository, and where a renamed one is now: one costs some 150 bytes, forgetting it one request. */
  installationsKnownMax: 10_000,
  renamesKnownMax: 1_000,
  /** A renamed repository's address is asked for anew after this: somebody may have taken the old name. */
  renameKnownMs: 3_600_000,
  /** All webhooks that are being read at once: who has no secret can send bodies too, and the heap is small. */
  hooksInFlightBytesMax: 67_108_864,
} as const;
