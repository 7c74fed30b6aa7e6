// Lets the verifiers of @digitalbazaar look at credentials: cases on stdin, what they say of each on stdout.
// Nothing is fetched: every address that they ask for is answered from the case, or refused.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as jcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';

const RealDate = Date;

// The verifiers ask the machine for the time; each case is looked at on a day of its own.
function standStillAt(instant) {
  const now = new RealDate(instant).getTime();
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length ? super(...given) : super(now); }
    static now() { return now; }
  };
}

function loaderFor(documents) {
  return async url => {
    const [address, fragment] = url.split('#');
    let document = documents[url] ?? documents[address];
    if(!document) { throw new Error(`not fetched: ${url}`); }
    if(fragment && address.startsWith('did:')) {
      const method = document.verificationMethod.find(each => each.id === url);
      if(!method) { throw new Error(`no such key: ${url}`); }
      document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
    }
    return {contextUrl: null, documentUrl: url, document};
  };
}

function suites() {
  return [
    new DataIntegrityProof({cryptosuite: rdfc}),
    new DataIntegrityProof({cryptosuite: jcs.createVerifyCryptosuite?.() ?? jcs.cryptosuite}),
  ];
}

function reasonOf(error) {
  const all = [error, ...(error?.errors ?? []), error?.cause].filter(Boolean);
  return all.map(each => each.message).join(' | ');
}

async function look({document, documents, now}) {
  standStillAt(now);
  const told = {};
  for(const proof of [document.proof].flat()) {
    told[proof.cryptosuite] = await lookAt(only(document, proof.cryptosuite),
      Object.fromEntries(Object.entries(documents).map(
        ([url, each]) => [url, only(each, proof.cryptosuite)])));
  }
  return told;
}

// A verifier is content with one good proof of several: each is looked at alone.
function only(document, cryptosuite) {
  if(!Array.isArray(document.proof)) { return document; }
  return {...document, proof: document.proof.find(each => each.cryptosuite === cryptosuite)};
}

async function lookAt(document, documents) {
  const documentLoader = loaderFor(documents);
  const suite = suites();
  let status = null;
  const said = await vc.verifyCredential({
    credential: document, suite, documentLoader,
    checkStatus: async options => {
      status = await checkStatus({
        ...options, suite, documentLoader, verifyBitstringStatusListCredential: true
      });
      return status;
    }
  });
  return {
    verified: said.verified,
    why: said.verified ? '' : reasonOf(said.error ?? said.statusResult?.error),
    // Such a verifier says "verified" of a revoked credential, too: what counts is each status.
    status: Object.fromEntries((status?.results ?? []).map(
      ({credentialStatus, status}) => [credentialStatus.statusPurpose, status])),
  };
}

let text = '';
for await (const part of process.stdin) { text += part; }
const told = {};
for(const [name, each] of Object.entries(JSON.parse(text))) {
  told[name] = await look(each);
}
process.stdout.write(JSON.stringify(told));
